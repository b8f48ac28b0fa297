/** Clients with their Business Units, as the selector and the overview of them show them. */
import type { BusinessUnitView, ClientView } from "../../../src/core/wire-registry.ts";

export interface Directory {
  readonly clients: readonly ClientView[];
  readonly units: readonly BusinessUnitView[];
  /** True when there are more than are listed. */
  readonly more: boolean;
}

export interface ClientGroup {
  readonly client: Pick<ClientView, "clientId" | "name">;
  readonly units: readonly BusinessUnitView[];
}

const byName = new Intl.Collator("en", { sensitivity: "base", numeric: true });

/** By name; a client that is only known through its Business Unit is there too. */
export function groupsOf({ clients, units }: Directory): readonly ClientGroup[] {
  const groups = new Map<string, { client: ClientGroup["client"]; units: BusinessUnitView[] }>();
  for (const client of clients) groups.set(client.clientId, { client, units: [] });
  for (const unit of units) {
    const { clientId, clientName: name } = unit;
    const group = groups.get(clientId) ?? { client: { clientId, name }, units: [] };
    group.units.push(unit);
    groups.set(clientId, group);
  }
  return [...groups.values()]
    .map(({ client, units: own }) => ({ client, units: own.toSorted((a, b) => byName.compare(a.name, b.name)) }))
    .toSorted((a, b) => byName.compare(a.client.name, b.client.name));
}

/** Groups in which every word is found; a client that is found by its name comes with all its Business Units. */
export function groupsMatching(groups: readonly ClientGroup[], text: string): readonly ClientGroup[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = (name: string): boolean => words.every((word) => name.toLowerCase().includes(word));
  return groups.flatMap((group) => {
    if (found(group.client.name)) return [group];
    const units = group.units.filter((unit) => found(`${group.client.name} ${unit.name} ${unit.businessUnitId}`));
    return units.length === 0 ? [] : [{ ...group, units }];
  });
}

/** The directory with a newer Business Unit; one that went to the archive is gone. */
export function withUnit(directory: Directory, unit: BusinessUnitView): Directory {
  const others = directory.units.filter((one) => one.businessUnitId !== unit.businessUnitId);
  return { ...directory, units: unit.archivedAt === null ? [...others, unit] : others };
}

/** The directory with a newer client; one that went to the archive is gone. */
export function withClient(directory: Directory, client: ClientView): Directory {
  const others = directory.clients.filter((one) => one.clientId !== client.clientId);
  const units = directory.units.map((unit) =>
    unit.clientId === client.clientId ? { ...unit, clientName: client.name } : unit,
  );
  return { ...directory, clients: client.archivedAt === null ? [...others, client] : others, units };
}
