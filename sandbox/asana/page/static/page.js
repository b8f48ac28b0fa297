// Keeps the page true while people and Jessie work: asks for the version, and when it moved takes the new content of every
// live region. A region somebody is typing in, or has typed in, is left alone.

const POLL_MS = 1500;
const status = document.querySelector("[data-status]");
const offline = document.querySelector("[data-offline]");
let known = document.body.dataset.version;

const isDirty = (control) => {
  if (control instanceof HTMLSelectElement) {
    const initial = [...control.options].findIndex((option) => option.defaultSelected);
    return control.selectedIndex !== Math.max(0, initial);
  }
  if (control.type === "checkbox") return control.checked !== control.defaultChecked;
  return control.type !== "hidden" && control.value !== control.defaultValue;
};
const isInUse = (region) =>
  region.contains(document.activeElement) || [...region.querySelectorAll("input, textarea, select")].some(isDirty);

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return false;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  let isWhole = true;
  let isChanged = false;
  for (const region of document.querySelectorAll("[data-live]")) {
    const fresh = next.querySelector(`[data-live="${region.dataset.live}"]`);
    if (fresh === null || fresh.innerHTML === region.innerHTML) continue;
    if (isInUse(region)) {
      isWhole = false;
      continue;
    }
    region.innerHTML = fresh.innerHTML;
    isChanged = true;
  }
  if (isChanged) status.textContent = `Updated at ${new Date().toLocaleTimeString()}`;
  document.title = next.title;
  return isWhole;
}

async function poll() {
  try {
    if (!document.hidden) {
      const { version } = await (await fetch("/asana/version")).json();
      if (version !== known && (await refresh())) known = version;
      offline.hidden = true;
    }
  } catch {
    offline.hidden = false;
  }
  setTimeout(poll, POLL_MS);
}

// An unfinished comment survives a reload and a switch of the acting person.
for (const box of document.querySelectorAll("[data-draft]")) {
  const key = `draft:${location.pathname}`;
  if (box.value === "") box.value = sessionStorage.getItem(key) ?? "";
  box.addEventListener("input", () => sessionStorage.setItem(key, box.value));
  box.form.addEventListener("submit", () => sessionStorage.removeItem(key));
}

setTimeout(poll, POLL_MS);
