/** A list of which only the part in sight is in the page, so that ten thousand rows scroll like ten. */
import {
  defaultRangeExtractor,
  observeWindowOffset,
  observeWindowRect,
  Virtualizer,
  windowScroll,
} from "@tanstack/virtual-core";
import type { ComponentChildren, RefObject, VNode } from "preact";
import { useCallback, useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { html } from "../../html.ts";

export interface VirtualListProps<Item> {
  readonly items: readonly Item[];
  readonly keyOf: (item: Item) => string;
  /** About how tall an item is in pixels, before it was measured. */
  readonly estimate: number;
  readonly render: (item: Item) => ComponentChildren;
  /** Names the list for those who do not see it. */
  readonly label: string;
  /** Called when the reader comes near the end; absent when there is no more. */
  readonly more?: (() => void) | null;
}

/** Rows beyond the visible ones, so that a fast scroll and the Tab key find something. */
const OVERSCAN = 8;

type Rows = Virtualizer<Window, HTMLLIElement>;

/** The row with the focus stays, however far away: removing it would throw the reader back to the start of the page. */
function withFocused(list: HTMLElement | null, indexes: number[]): number[] {
  const focused = document.activeElement?.closest("li[data-index]") ?? null;
  if (list === null || focused === null || !list.contains(focused)) return indexes;
  const index = Number(focused.getAttribute("data-index"));
  return indexes.includes(index) ? indexes : [...indexes, index].sort((a, b) => a - b);
}

/** Where the list begins in the page: what stands above it may come and go. */
function topOf(list: HTMLElement | null): number {
  return list === null ? 0 : Math.round(list.getBoundingClientRect().top + window.scrollY);
}

function useRows<Item>(props: VirtualListProps<Item>, list: RefObject<HTMLUListElement | null>): Rows {
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  const held = useRef<Rows>(null);
  const { items, keyOf, estimate } = props;
  // The same function for the same items: another one makes every height be added up anew, with each scrolled row.
  const getItemKey = useCallback(
    (index: number) => {
      const item = items[index];
      return item === undefined ? index : keyOf(item);
    },
    [items],
  );
  const options: ConstructorParameters<typeof Virtualizer<Window, HTMLLIElement>>[0] = {
    count: items.length,
    getScrollElement: () => window,
    estimateSize: () => estimate,
    getItemKey,
    overscan: OVERSCAN,
    scrollMargin: topOf(list.current),
    rangeExtractor: (range) =>
      withFocused(
        list.current,
        defaultRangeExtractor(range).filter((index) => index < items.length),
      ).filter((index) => index < items.length),
    observeElementRect: observeWindowRect,
    observeElementOffset: observeWindowOffset,
    scrollToFn: windowScroll,
    onChange: () => redraw(0),
  };
  held.current ??= new Virtualizer(options);
  const rows = held.current;
  rows.setOptions(options);
  useLayoutEffect(() => rows._didMount(), []);
  useLayoutEffect(() => rows._willUpdate());
  return rows;
}

/** The list scrolls with the page. Items are measured as they appear, so that they may be of any height. */
export function VirtualList<Item>(props: VirtualListProps<Item>): VNode {
  const { items, keyOf, render, label, more = null } = props;
  const list = useRef<HTMLUListElement>(null);
  const rows = useRows(props, list);
  const shown = rows.getVirtualItems();
  const total = rows.getTotalSize();
  useLayoutEffect(() => {
    // Heights follow from what is loaded; set on the element, since the content policy allows no style in markup.
    if (list.current !== null) list.current.style.height = `${total}px`;
  }, [total]);
  const last = shown.at(-1)?.index ?? -1;
  const isNearEnd = items.length > 0 && last >= items.length - 1 - OVERSCAN;
  useLayoutEffect(() => {
    if (isNearEnd) more?.();
  }, [isNearEnd, items]);
  const place = (element: HTMLLIElement | null, start: number): void => {
    if (element !== null) element.style.transform = `translateY(${start - rows.options.scrollMargin}px)`;
    rows.measureElement(element);
  };
  return html`<ul ref=${list} class="virtual-list" role="list" aria-label=${label}>
    ${shown.map(({ index, start }) => {
      const item = items[index];
      if (item === undefined) return null;
      return html`<li key=${keyOf(item)} data-index=${index} aria-posinset=${index + 1} aria-setsize=${more === null ? items.length : -1} ref=${(element: HTMLLIElement | null) => place(element, start)}>${render(item)}</li>`;
    })}
  </ul>`;
}
