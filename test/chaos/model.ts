/**
 * What the catalogues must be. Pure, and nothing of the program's own: groups of products, wishes that each add a known
 * amount to one field of one group, and what became of every draft that was opened for a wish. Amounts add up in any
 * order, so the end is known however the drafts interleaved.
 */
import { randomOf, type Random } from './random.js';

export const START_PRICE = 1_000;
export const START_STOCK = 100_000;
const AMOUNT_MAX = 9;
/** Of the wishes: how many are about the one group of a workspace that all of its users change. */
const CONTESTED_SHARE = 0.15;
const GROUPS_PER_USER = 8;

export interface Scale {
  /** Changes of one workspace are applied one after another, those of several at once. */
  workspaces: number;
  /** Shared out among the workspaces. */
  users: number;
  /** At least; more when it takes longer until the last fault is over. */
  drafts: number;
  /** Products of a group: the rows of each draft. */
  rows: number;
}

/** One user's wish; a draft that is refused because the products moved is followed by another one for the same wish. */
export interface Wish {
  ordinal: number;
  user: number;
  group: number;
  field: 'price' | 'stock';
  /** Added to the field of every product of the group; may be negative. */
  amount: number;
}

export const workspaceOf = ({ workspaces }: Scale, user: number) => user % workspaces;

/** Not more than the drafts can fill. */
const groupsPerUser = ({ users, drafts }: Scale) =>
  Math.min(GROUPS_PER_USER, Math.max(1, Math.floor(drafts / users / 4)));

/** In all workspaces. The contested ones, one of each workspace, come first; then those of each user. */
export const groupCount = (scale: Scale) => scale.workspaces + scale.users * groupsPerUser(scale);

const workspaceOfGroup = (scale: Scale, group: number) =>
  group < scale.workspaces
    ? group
    : workspaceOf(scale, Math.floor((group - scale.workspaces) / groupsPerUser(scale)));

/** One user's wishes, as many as are asked for. */
export function* wishesOf(seed: number, scale: Scale, user: number): Generator<Wish> {
  const random = randomOf(seed, 1_000 + user);
  const ownGroups = groupsPerUser(scale);
  for (let ordinal = user; ; ordinal += scale.users) {
    const group = random.chance(CONTESTED_SHARE)
      ? workspaceOf(scale, user)
      : scale.workspaces + user * ownGroups + random.below(ownGroups);
    yield { ordinal, user, group, ...change(random) };
  }
}

function change(random: Random): Pick<Wish, 'field' | 'amount'> {
  const size = 1 + random.below(AMOUNT_MAX);
  return { field: random.pick(['price', 'stock']), amount: random.chance(0.25) ? -size : size };
}

export const categoryOf = (group: number) => `Shelf ${group + 1}`;
export const skuOf = (group: number, item: number) => `S${group + 1}-${item + 1}`;

export function sentenceOf({ group, field, amount }: Wish): string {
  const verb = amount > 0 ? 'increase' : 'decrease';
  return `${verb} the ${field} of category ${categoryOf(group)} by ${Math.abs(amount)}`;
}

/** What one workspace imports, one JSON each. */
export function catalogueLines(scale: Scale, workspace: number): string[] {
  const groups = Array.from({ length: groupCount(scale) }, (_, group) => group);
  return groups
    .filter((group) => workspaceOfGroup(scale, group) === workspace)
    .flatMap((group) =>
      Array.from({ length: scale.rows }, (_, item) =>
        JSON.stringify({
          sku: skuOf(group, item),
          name: `Piece ${item + 1}`,
          price: `${START_PRICE}.00`,
          stock: START_STOCK,
          category: categoryOf(group),
        }),
      ),
    );
}

/** One draft a user opened, as the user saw it end. Times in ms of one clock. */
export interface Attempt {
  wish: Wish;
  draftId: string;
  openedAt: number;
  endedAt: number;
  /** `refused`: the products had moved; nothing of it may be in the catalogue. */
  outcome: 'done' | 'refused';
}

export interface ExpectedProduct {
  sku: string;
  price: string;
  stock: number;
  version: number;
}

export function expectedProducts(scale: Scale, attempts: readonly Attempt[]): ExpectedProduct[] {
  const groups = Array.from({ length: groupCount(scale) }, () => ({
    price: START_PRICE,
    stock: START_STOCK,
    version: 1,
  }));
  for (const { outcome, wish } of attempts) {
    if (outcome !== 'done') continue;
    const group = groups[wish.group]!;
    group[wish.field] += wish.amount;
    group.version += 1;
  }
  return groups.flatMap(({ price, stock, version }, group) =>
    Array.from({ length: scale.rows }, (_, item) => ({
      sku: skuOf(group, item),
      price: `${price}.00`,
      stock,
      version,
    })),
  );
}
