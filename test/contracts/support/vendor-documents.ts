/**
 * Documents in a vendor's own form, rewritten as the discovery form the checks read: Google Ads' protos and Meta's lists
 * of nodes. Any other document is given back as it is.
 */
type Node = Readonly<Record<string, unknown>>;

/** The document with `schemas` and `methods`. */
export function asDiscovery(document: Node): Node {
  if (document.messages !== undefined) return fromProtos(document);
  return document.nodes === undefined ? document : fromNodes(document);
}

/** JSON kinds of protobuf's scalars; 64 bits travel as text. */
const PROTO_KINDS: Readonly<Record<string, string>> = {
  string: "string",
  bytes: "string",
  int64: "string",
  uint64: "string",
  int32: "integer",
  uint32: "integer",
  double: "number",
  float: "number",
  bool: "boolean",
  "google.protobuf.FieldMask": "string",
  "google.protobuf.Duration": "string",
};

function fromProtos(document: Node): Node {
  const messages = nodeOf(document.messages);
  const enums = nodeOf(document.enums);
  // Protobuf's own types are among the messages too, but in JSON they are scalars.
  const protoSchema = (type: string): Node => {
    if (type in PROTO_KINDS) return { type: PROTO_KINDS[type] };
    if (Array.isArray(enums[type])) return { type: "string", enum: enums[type] };
    return type in messages ? { $ref: type } : {};
  };
  const fieldSchema = (given: unknown): Node => {
    const field = nodeOf(given);
    const own = protoSchema(String(field.type));
    if (field.map !== undefined) return { type: "object" };
    return field.repeated === true ? { type: "array", items: own } : own;
  };
  const schemas = mapped(messages, (message) => ({ properties: mapped(nodeOf(nodeOf(message).fields), fieldSchema) }));
  const methods = listOf(document.methods).map((method) => {
    const [httpMethod = "", path = ""] = String(method.http).split(" ");
    return [String(method.rpc), { httpMethod, flatPath: path.slice(1), request: { $ref: method.request } }];
  });
  return { schemas, methods: Object.fromEntries(methods) };
}

const META_KINDS: Readonly<Record<string, string>> = {
  string: "string",
  datetime: "string",
  bool: "boolean",
  int: "integer",
  "unsigned int": "integer",
  float: "number",
};

/** Meta pages and picks fields in one way everywhere, so its lists of parameters leave these out. */
const META_COMMON = ["fields", "limit", "after", "before"];

function fromNodes(document: Node): Node {
  const nodes = nodeOf(document.nodes);
  const schemaOf = (type: string): Node => {
    const item = /^list<(.+)>$/.exec(type)?.[1];
    if (item !== undefined) return { type: "array", items: schemaOf(item) };
    if (type in META_KINDS) return { type: META_KINDS[type] };
    return type in nodes ? { $ref: type } : {};
  };
  const schemas = mapped(nodes, (node) => ({
    properties: Object.fromEntries(
      listOf(nodeOf(node).fields).map((field) => [String(field.name), schemaOf(String(field.type))]),
    ),
  }));
  const account = listOf(nodeOf(nodes.AdAccount).apis).map((api, at) => {
    const edge = typeof api.endpoint === "string" ? `/${api.endpoint}` : "";
    const parameters = listOf(api.params).map((param) => [String(param.name), { location: "query" }]);
    return [
      `AdAccount.${at}`,
      { httpMethod: api.method, flatPath: `{account}${edge}`, parameters: Object.fromEntries(parameters) },
    ];
  });
  const parameters = Object.fromEntries(META_COMMON.map((name) => [name, {}]));
  return { schemas, parameters, methods: Object.fromEntries(account) };
}

function mapped(node: Node, change: (value: unknown) => unknown): Node {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, change(value)]));
}

function nodeOf(value: unknown): Node {
  return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function listOf(value: unknown): Node[] {
  return Array.isArray(value) ? value.map(nodeOf) : [];
}
