/** The paper side of the stylesheet: A4, always light, no folded parts, nothing that only makes sense with a pointer. */

/** CSS for print, appended after the screen rules. */
export const PRINT = `
@media print{
@page{size:A4;margin:16mm 15mm 18mm}
html{font-size:82%}
body{background:#fff;print-color-adjust:exact;-webkit-print-color-adjust:exact}
.masthead,.page,footer{max-width:none;padding-left:0;padding-right:0}
.masthead{padding-top:0}
.page{display:block}
.skip,.contents,.onscreen,details,.proof{display:none}
.onpaper{display:block}
main>section{padding:1.5rem 0}
h2,h3,h4,.title,.claim,caption,figcaption{break-after:avoid}
.tile,figure,.actions li,.sowhat,tr,.revision li,.sources li{break-inside:avoid}
thead{display:table-header-group}
p,li{orphans:3;widows:3}
.scroll{overflow:visible}
.tiles{grid-template-columns:repeat(3,1fr)}
.canvas{height:52mm}.canvas .pin::after{height:calc(52mm + .15rem)}
a,.fig{color:inherit;text-decoration:none}
tbody tr:hover>*{background:none}
}
`;
