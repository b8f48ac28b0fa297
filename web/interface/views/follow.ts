/** Ties a store's life to the page that shows it. */
import { useEffect, useState } from "preact/hooks";
import { onReturn } from "../browser.ts";

interface Following {
  wake(): void;
  stop(): void;
}

/** Starts a store when the page opens or `key` changes, stops it when the page is left. Null until it has started. */
export function useFollowing<T extends Following>(key: string, start: () => T): T | null {
  const [store, setStore] = useState<T | null>(null);
  useEffect(() => {
    const started = start();
    setStore(started);
    const forget = onReturn(() => started.wake());
    return () => {
      forget();
      started.stop();
    };
  }, [key]);
  return store;
}

/** Names the page in the browser's tab and history. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Agency OS`;
  }, [title]);
}
