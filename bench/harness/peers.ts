/**
 * Loads a module of `bench/peers/`, the package with dependencies of its own. The specifier is computed so that the
 * type check of the product does not follow it to packages the product does not have; `Module` is an interface
 * declared on our side.
 * @param path below `bench/peers/`, say `event-stores/emmett.ts`
 */
export async function importPeer<Module>(path: string): Promise<Module> {
  const url = new URL(`../peers/${path}`, import.meta.url);
  return (await import(url.href)) as Module;
}
