/** Markdown is imported as text: wrangler does so by rule, the tests by a small plugin. */
declare module "*.md" {
  const text: string;
  export default text;
}
