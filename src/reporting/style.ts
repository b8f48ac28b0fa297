/**
 * The one stylesheet of a report, embedded. System fonts only. Colours are pairs for light and dark with at least 4.5:1
 * for text and 3:1 for lines that carry meaning; good and bad always come with an arrow and a word.
 */
import { PRINT } from "./style-print.ts";

const PALETTE = `
:root{color-scheme:light dark;
--paper:#fcfbf8;--card:#ffffff;--ink:#1b1d21;--soft:#565a62;--rule:#e3dfd6;--faint:#f3f0ea;
--accent:#1b4f72;--line:#1f6391;--area:#1f639114;--second:#8d5a17;--third:#6b6f78;--good:#17663f;--bad:#a3321c;--goodbg:#e6f2ea;--badbg:#fae9e4;--warn:#7a4b00;--warnbg:#fbf0d9;--mark:#fff3cf;
--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"Noto Sans",sans-serif;
--serif:"Iowan Old Style","Palatino Linotype",Palatino,"Book Antiqua","Source Serif Pro",Georgia,"Noto Serif",serif;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
@media screen and (prefers-color-scheme:dark){:root{
--paper:#14161a;--card:#1b1e24;--ink:#eceae5;--soft:#a9adb5;--rule:#31353d;--faint:#20242b;
--accent:#8fc3e8;--line:#74b4e0;--area:#74b4e01f;--second:#e0a458;--third:#9a9fa9;--good:#74c99a;--bad:#f2937c;--goodbg:#1a2e24;--badbg:#37211c;--warn:#f0c36d;--warnbg:#332a17;--mark:#453a17}}
`;

const BASE = `
*{box-sizing:border-box}
html{font-size:100%;-webkit-text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.6 var(--sans);overflow-wrap:anywhere}
h1,h2,h3,h4,p,ul,ol,dl,dd,figure{margin:0;padding:0}
h1,h2,.claim,.answer p,.tile .value{font-family:var(--serif);font-weight:600}
h2{font-size:1.75rem;line-height:1.2;letter-spacing:-.01em}
h3{font-size:1.0625rem;line-height:1.35}
h4{font-size:.9375rem;margin-top:1.75rem}
p+p{margin-top:.6rem}
a{color:var(--accent);text-underline-offset:.18em;text-decoration-thickness:1px}
a:hover{text-decoration-thickness:2px}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
data,time{font-variant-numeric:tabular-nums}
code{font:.86em var(--mono);background:var(--faint);padding:.08em .3em;border-radius:3px}
.fig{color:inherit;text-decoration:underline dotted;text-decoration-color:var(--soft)}
.fig:hover{text-decoration-style:solid;background:var(--mark)}
.tile .fig,td .fig{white-space:nowrap}
td .fig{text-decoration-color:transparent}
td .fig:hover{text-decoration-color:currentColor}
q{quotes:"\\201c" "\\201d"}
.skip{position:absolute;left:-999rem;background:var(--card);padding:.6rem 1rem;z-index:1}
.skip:focus{left:1rem;top:1rem}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.onpaper{display:none}
ul[role=list],ol[role=list]{list-style:none}
:target{scroll-margin-top:30vh}
tr:target>*,li:target{background:var(--mark)}
`;

const LAYOUT = `
.masthead{padding:3rem 1.25rem 1.75rem;max-width:76rem;margin:0 auto;border-bottom:1px solid var(--rule)}
.eyebrow{font-size:.8125rem;font-weight:600;letter-spacing:.09em;text-transform:uppercase;color:var(--accent)}
h1{font-size:clamp(2.25rem,6vw,3.75rem);line-height:1.05;letter-spacing:-.02em;margin-top:.5rem}
.masthead .period{font:400 clamp(1.125rem,2.4vw,1.5rem)/1.35 var(--serif);color:var(--soft);margin-top:.4rem}
.masthead .period time:first-child{color:var(--ink)}
.facts{display:flex;flex-wrap:wrap;gap:.75rem 2.25rem;margin-top:1.5rem;font-size:.8125rem}
dt{font-size:.75rem;font-weight:600;color:var(--soft)}
.sources{margin-top:1.25rem;font-size:.8125rem;line-height:1.5}
.sources h2{font:600 .75rem/1.6 var(--sans);color:var(--soft);letter-spacing:0}
.sources ul{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18rem,100%),1fr));gap:.75rem 2.25rem}
.sources .detail{color:var(--soft)}
.status,.badge,.outcome,.effort{display:inline-block;font:600 .75rem/1.5 var(--sans);padding:.05rem .5rem;border-radius:1rem;background:var(--warnbg);color:var(--warn);white-space:nowrap}
.status.ok,.outcome.done{background:var(--goodbg);color:var(--good)}
.effort{background:var(--faint);color:var(--ink)}
.page{max-width:76rem;margin:0 auto;padding:0 1.25rem}
.contents{padding:1.25rem 0;border-bottom:1px solid var(--rule);font-size:.875rem}
.contents p{font-weight:600;font-size:.75rem;color:var(--soft)}
.contents ul{display:flex;flex-wrap:wrap;gap:.1rem 1.25rem}
.contents a{display:inline-block;padding:.25rem 0;color:var(--ink);text-decoration:none}
.contents a:hover{text-decoration:underline}
main{min-width:0}
main>section{padding:2.75rem 0;border-top:1px solid var(--rule)}
main>section:first-child{border-top:0}
main>section>h2{margin-bottom:1rem}
main>section>p,.claim,.sowhat,.notes,.evidence>p{max-width:44rem}
.answer p{font-size:clamp(1.3rem,2.6vw,1.625rem);line-height:1.42;font-weight:400;max-width:46rem}
.answer p+p{font-size:clamp(1.1rem,2vw,1.25rem);line-height:1.5;margin-top:.9rem}
.answer h2{font:600 .8125rem/1.5 var(--sans);letter-spacing:.09em;text-transform:uppercase;color:var(--accent)}
.claim{font-size:1.25rem;line-height:1.45;font-weight:400;margin-bottom:1.75rem}
.sowhat{margin-top:1.75rem;padding:.15rem 0 .15rem 1.25rem;border-left:3px solid var(--accent)}
.sowhat h3{font-size:.8125rem;color:var(--accent);margin-bottom:.2rem}
.proof{margin-top:1.5rem;font-size:.8125rem;color:var(--soft)}
.proof span::before{content:"\\00b7";padding:0 .4em}
main>.revision{background:var(--faint);margin-bottom:2.75rem;padding:1.5rem;border:0;border-radius:8px}
main>.revision+section{border-top:0;padding-top:0}
.revision h2{font-size:1.25rem}
.revision li{padding:.6rem 0;border-top:1px solid var(--rule)}
.revision .reason{display:block;color:var(--soft);font-size:.9375rem}
footer{max-width:76rem;margin:0 auto;padding:2rem 1.25rem 4rem;border-top:1px solid var(--rule);font-size:.8125rem;color:var(--soft)}
@media (min-width:68rem){.page{display:grid;grid-template-columns:11.5rem minmax(0,1fr);gap:4rem}
.contents{position:sticky;top:0;align-self:start;max-height:100vh;overflow:auto;border:0;padding:2.75rem 0}
.contents ul{display:block}.contents li{border-top:1px solid var(--rule)}.contents a{padding:.4rem 0;display:block}}
`;

const PIECES = `
.tiles{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(13rem,100%),1fr));gap:1rem}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:1rem 1.1rem .9rem;display:flex;flex-direction:column}
.tile h3{font-size:.875rem;color:var(--soft);font-weight:600}
.tile .value{font-size:2rem;line-height:1.15;letter-spacing:-.015em;margin:.15rem 0 .5rem}
.tile .value .fig{text-decoration:none}
.tile .value .fig:hover{text-decoration:underline}
.moves{margin-top:auto;padding-top:.6rem;font-size:.875rem;line-height:1.45}
.move{padding:.2rem 0}
.move .arrow{font-size:.75em}
.move.good .arrow,.move.good b,.move.good>.fig{color:var(--good)}
.move.bad .arrow,.move.bad b,.move.bad>.fig{color:var(--bad)}
.move .vs{color:var(--soft);font-size:.75rem;display:block}
.source{font-size:.75rem;color:var(--soft);margin-top:.6rem}
.tile .source{padding-top:.55rem;border-top:1px solid var(--rule)}
svg{display:block}
svg path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round;stroke-linecap:round}
svg .area{fill:var(--area)}
.spark{width:100%;height:2.5rem}
.spark .line{stroke:var(--line);stroke-width:1.5}
.spark .dot{stroke:var(--line);stroke-width:6}
.chart,.table{margin:1.75rem 0}
.title,caption{font:600 1rem/1.4 var(--sans);text-align:left}
.unit{color:var(--soft);font-size:.8125rem}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.8125rem;margin-top:.5rem}
.legend li{display:flex;align-items:center;gap:.45rem}
.line.primary{stroke:var(--line);stroke-width:2.25}
.line.ca{stroke:var(--second);stroke-width:1.5;stroke-dasharray:6 4}
.line.cb{stroke:var(--third);stroke-width:1.5;stroke-dasharray:1.5 4}
.grid{stroke:var(--rule);stroke-width:1}.zero{stroke:var(--soft);stroke-width:1}
.plot{display:grid;grid-template-columns:calc(var(--gutter) + .7rem) 1fr;padding:1.6rem .75rem 0 0;font-size:.75rem;color:var(--soft);font-variant-numeric:tabular-nums}
.canvas{position:relative;height:clamp(11rem,30vw,17rem);grid-column:2;grid-row:1}
.canvas svg{position:absolute;inset:0;width:100%;height:100%;overflow:visible}
.ys{position:relative;grid-column:1;grid-row:1}
.ys span{position:absolute;right:.7rem;transform:translateY(-50%);line-height:1;white-space:nowrap}
.xs{position:relative;grid-column:2;height:1.6rem}
.xs span{position:absolute;top:.45rem;transform:translateX(-50%);line-height:1;white-space:nowrap}
.pin{display:inline-grid;place-items:center;min-width:1.25rem;height:1.25rem;border-radius:1rem;background:var(--ink);color:var(--paper);font:600 .6875rem/1 var(--sans)}
.canvas .pin{position:absolute;top:-1.4rem;transform:translateX(-50%)}
.canvas .pin::after{content:"";position:absolute;top:1.25rem;height:calc(clamp(11rem,30vw,17rem) + .15rem);border-left:1px dashed var(--soft)}
.markers{font-size:.8125rem;margin-top:.5rem}
.markers li{padding:.15rem 0;display:flex;gap:.5rem}.markers .pin{flex:none}
.alt{font-size:.875rem;color:var(--soft);margin-top:.6rem;max-width:44rem}
.hint,.empty{font-size:.875rem;color:var(--soft)}
.empty{padding:1rem;margin-top:.5rem;background:var(--faint);border-radius:6px}
details{margin-top:.6rem;font-size:.875rem}
summary{cursor:pointer;color:var(--accent);padding:.25rem 0}
.scroll{overflow-x:auto;margin-top:.4rem}
table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.45;overflow-wrap:normal}
caption{padding-bottom:.35rem}
th,td{padding:.5rem .9rem .5rem 0;text-align:left;vertical-align:baseline;border-bottom:1px solid var(--rule);font-weight:400}
th:last-child,td:last-child{padding-right:.25rem}
thead th{font-weight:600;font-size:.8125rem;color:var(--soft);border-bottom-color:var(--soft);vertical-align:bottom}
.end{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}
thead .end{white-space:normal}
tbody th{min-width:9rem;max-width:24rem;overflow-wrap:anywhere}
td small{color:var(--soft);white-space:nowrap;padding-left:.5rem}
tbody tr:hover>*{background:var(--faint)}
.bars tbody th{width:32%;min-width:6.5rem}
.bars .track{width:50%;min-width:6rem}
.bars th,.bars td{border-bottom-color:transparent;vertical-align:middle;padding-top:.3rem;padding-bottom:.3rem}
.bar{width:100%;height:1.15rem}
.bar .plain{fill:var(--line)}.bar .good{fill:var(--good)}.bar .bad{fill:var(--bad)}
.actions li{display:grid;grid-template-columns:2.25rem 1fr;gap:.25rem 1rem;padding:1.25rem 0;border-top:1px solid var(--rule)}
.actions .step{display:grid;place-items:center;width:2.25rem;height:2.25rem;border-radius:50%;border:1.5px solid var(--accent);color:var(--accent);font:600 1rem/1 var(--serif)}
.actions p{max-width:44rem;margin:.3rem 0 .6rem}
.actions dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.6rem 2rem;font-size:.875rem}
.actions dl div:last-child{grid-column:span 2;min-width:0}
.notes li{padding:.35rem 0}
ul.notes:not([role]){padding-left:1.2rem}
.lettered li{display:grid;grid-template-columns:1.2rem 1fr}
.letter{color:var(--accent)}
.evidence,#appendix section{margin-top:2rem}
.lineage{font-size:.8125rem}
.lineage tbody th{min-width:14rem}.lineage td:last-child{min-width:16rem}
.also{font-size:.8125rem;margin-top:.6rem}
.fold{margin-top:0;border-top:1px solid var(--rule)}
.fold summary{padding:.65rem 0}
.fold summary h4{display:inline;margin:0}
.fold>div{padding-bottom:1.25rem}
details:has(:target)::details-content{content-visibility:visible;block-size:auto}
@media (max-width:30rem){.masthead{padding-top:2rem}.actions li{grid-template-columns:1fr}.actions dl div:last-child{grid-column:auto}main>.revision{padding:1rem}.facts{display:block}.facts div{display:grid;grid-template-columns:6.5rem 1fr;padding:.15rem 0}}
`;

/** CSS of a report for screens, both themes, and paper. */
export const STYLE: string = `${PALETTE}${BASE}${LAYOUT}${PIECES}${PRINT}`;
