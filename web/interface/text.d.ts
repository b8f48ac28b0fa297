/** A stylesheet taken as text (`with { type: "text" }`), for a chunk that brings its own. */
declare module "*.css" {
  const text: string;
  export default text;
}
