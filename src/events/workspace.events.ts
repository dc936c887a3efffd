/** Facts of a workspace, stream `workspace-<id>`. */
import { z } from 'zod';
import { CustomFieldDefinition } from '../catalogue/custom-field.js';
import { ApprovalPolicies } from '../catalogue/policy.js';
import { CustomFieldKey } from '../catalogue/product.js';
import { eventContract, type EventOf } from './contract.js';

export const Role = z.enum(['owner', 'editor', 'approver', 'viewer']);
export type Role = z.infer<typeof Role>;

export const WorkspaceCreated = eventContract(
  'WorkspaceCreated',
  z.strictObject({
    workspaceId: z.uuid(),
    name: z.string().min(1),
    ownerId: z.uuid(),
    createdAt: z.iso.datetime(),
  }),
);

export const MemberAdded = eventContract(
  'MemberAdded',
  z.strictObject({
    userId: z.uuid(),
    role: Role,
    addedAt: z.iso.datetime(),
    /** The invitation they came by; the first owner came by none. */
    invitationId: z.uuid().optional(),
  }),
);

/** Whom it is for stands in no event. */
export const MemberInvited = eventContract(
  'MemberInvited',
  z.strictObject({
    invitationId: z.uuid(),
    role: Role,
    invitedBy: z.uuid(),
    invitedAt: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  }),
);

export const InvitationRevoked = eventContract(
  'InvitationRevoked',
  z.strictObject({ invitationId: z.uuid(), revokedBy: z.uuid(), revokedAt: z.iso.datetime() }),
);

export const MemberRoleChanged = eventContract(
  'MemberRoleChanged',
  z.strictObject({ userId: z.uuid(), role: Role, changedBy: z.uuid(), changedAt: z.iso.datetime() }),
);

/** With them go their keys and sessions in this workspace. */
export const MemberRemoved = eventContract(
  'MemberRemoved',
  z.strictObject({ userId: z.uuid(), removedBy: z.uuid(), removedAt: z.iso.datetime() }),
);

/** Custom fields become known: by an import that carried them, or by decision. */
export const CustomFieldsDefined = eventContract(
  'CustomFieldsDefined',
  z.strictObject({ keys: z.array(CustomFieldKey).min(1).max(100), definedAt: z.iso.datetime() }),
);

/** What a field is called and which values it takes from now on; values that products have stay. */
export const CustomFieldSpecified = eventContract(
  'CustomFieldSpecified',
  z.strictObject({
    ...CustomFieldDefinition.shape,
    specifiedBy: z.uuid(),
    specifiedAt: z.iso.datetime(),
  }),
);

/** No product gets a value of this field any more, until it is specified again. */
export const CustomFieldRetired = eventContract(
  'CustomFieldRetired',
  z.strictObject({ key: CustomFieldKey, retiredBy: z.uuid(), retiredAt: z.iso.datetime() }),
);

/** All of them, in place of those before. */
export const PoliciesSet = eventContract(
  'PoliciesSet',
  z.strictObject({ policies: ApprovalPolicies, setBy: z.uuid(), setAt: z.iso.datetime() }),
);

/**
 * Somebody asked a consumer group to handle deliveries again that it had set aside. What comes of it is not a fact
 * of the workspace: letters that fail again stay.
 */
export const DeadLettersRedriven = eventContract(
  'DeadLettersRedriven',
  z.strictObject({
    group: z.string().min(1),
    topic: z.string().min(1),
    key: z.string().min(1),
    /** The letter up to which the key is handled again; null: to its end. */
    upToLetterId: z.uuid().nullable(),
    /** Letters this asked for, as they were counted at that moment. */
    letters: z.int().min(1),
    redrivenBy: z.uuid(),
    redrivenAt: z.iso.datetime(),
  }),
);

/** The key of what this person has said here is destroyed; what else holds it is deleted. */
export const UserDataErased = eventContract(
  'UserDataErased',
  z.strictObject({ userId: z.uuid(), erasedBy: z.uuid(), erasedAt: z.iso.datetime() }),
);

/** A file of NDJSON in the file store, under the archive's id. */
const Archive = z.strictObject({
  archiveId: z.uuid(),
  /** When the first and the last of what it holds ended or happened. */
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  /** Drafts, or change sets. */
  count: z.int().min(1),
  bytes: z.int().min(1),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  archivedAt: z.iso.datetime(),
});

/** Drafts that ended long ago are in this archive; each says so on its own stream, too. */
export const DraftsArchived = eventContract('DraftsArchived', Archive);

/** The oldest change sets that were kept are in this archive: the catalogue's events up to and with this revision. */
export const ChangeSetsArchived = eventContract(
  'ChangeSetsArchived',
  Archive.extend({ toRevision: z.int().min(0) }),
);

export const WORKSPACE_EVENTS = [
  WorkspaceCreated,
  MemberAdded,
  MemberInvited,
  InvitationRevoked,
  MemberRoleChanged,
  MemberRemoved,
  CustomFieldsDefined,
  CustomFieldSpecified,
  CustomFieldRetired,
  PoliciesSet,
  DeadLettersRedriven,
  UserDataErased,
  DraftsArchived,
  ChangeSetsArchived,
] as const;
export type WorkspaceEvent = EventOf<(typeof WORKSPACE_EVENTS)[number]>;
