/** Which facts a part of a document shows, in reading order, each once. */
import type { Block, Inline, Prose, ReportDocument, Section, Tile } from "./document.ts";

/** Facts shown as figures, and facts shown only as points of a chart with its data table. */
export interface ShownFacts {
  readonly figures: readonly string[];
  readonly points: readonly string[];
}

function ofInlines(pieces: readonly Inline[]): readonly string[] {
  return pieces.flatMap((piece) => ("fact" in piece ? [piece.fact] : []));
}

function once(ids: readonly string[]): readonly string[] {
  return [...new Set(ids)];
}

function ofProses(proses: readonly Prose[]): readonly string[] {
  return proses.flatMap(ofInlines);
}

function figuresOfBlock(block: Block): readonly string[] {
  if (block.kind === "paragraph") return ofInlines(block.prose);
  if (block.kind === "line") return ofInlines(block.alt);
  if (block.kind === "bars") return [...ofInlines(block.alt), ...block.bars.map((bar) => bar.fact)];
  return [...block.rows.flatMap(ofInlines), ...ofInlines(block.footer ?? [])];
}

function pointsOfBlock(block: Block): readonly string[] {
  return block.kind === "line" ? block.series.flatMap((series) => series.points.map((point) => point.fact)) : [];
}

/** Facts of blocks alone. */
export function factsOfBlocks(blocks: readonly Block[]): ShownFacts {
  return { figures: once(blocks.flatMap(figuresOfBlock)), points: once(blocks.flatMap(pointsOfBlock)) };
}

/** Facts of a section: claim, blocks, so what. */
export function factsOfSection(section: Section): ShownFacts {
  const inBlocks = factsOfBlocks(section.blocks);
  return {
    figures: once([...ofInlines(section.claim), ...inBlocks.figures, ...ofProses(section.soWhat)]),
    points: inBlocks.points,
  };
}

/** Facts of a tile; the daily values of a sparkline are drawn, not shown as figures. */
export function factsOfTile(tile: Tile): readonly string[] {
  const comparisons = [tile.previous, tile.yearAgo].flatMap((one) => (one === null ? [] : [one.change, one.value]));
  return once([tile.value, ...comparisons]);
}

/** Facts of the opening: answer and scorecard. */
export function factsOfOpening(document: ReportDocument): ShownFacts {
  return { figures: once([...ofProses(document.answer), ...document.scorecard.flatMap(factsOfTile)]), points: [] };
}

/** Facts of next actions and notes. */
export function factsOfClosing(document: ReportDocument): ShownFacts {
  const actions = document.nextActions.flatMap((action) => [...ofInlines(action.why), ...ofInlines(action.measure)]);
  return { figures: once([...actions, ...ofProses(document.notes)]), points: [] };
}
