/** Every setting with its default, unit and reason. The page on configuration is generated from this list. */
import { PROGRAM_SETTINGS } from './settings/program.js';
import { DRAFT_AND_LIMIT_SETTINGS } from './settings/drafts-and-limits.js';
import { CONNECTION_SETTINGS } from './settings/connections.js';
import { MODEL_SETTINGS } from './settings/models.js';
import { VOICE_AND_FILE_SETTINGS } from './settings/voice-and-files.js';
import { AUDIT_SETTINGS } from './settings/audit.js';
import type { Setting } from './settings/definition.js';

export { LOG_LEVELS, ROLES, type ProcessRole } from './settings/program.js';
export { LLM_PLANS, type LlmRouting } from './settings/models.js';
export type { FilesPlace } from './settings/voice-and-files.js';

export const SETTINGS = {
  ...PROGRAM_SETTINGS,
  ...DRAFT_AND_LIMIT_SETTINGS,
  ...CONNECTION_SETTINGS,
  ...MODEL_SETTINGS,
  ...VOICE_AND_FILE_SETTINGS,
  ...AUDIT_SETTINGS,
} satisfies Record<string, Setting>;

export type SettingKey = keyof typeof SETTINGS;
export const SETTING_KEYS = Object.keys(SETTINGS) as SettingKey[];
/** Settings that are never printed, and may come from files. */
export const SECRET_KEYS = SETTING_KEYS.filter((key) => (SETTINGS[key] as Setting).secret);

/**
 * Settings whose part does not exist yet. Setting one is refused at start: an option that is silently
 * ignored is a promise broken in production. Remove a key here when its part arrives.
 */
export const NOT_SUPPORTED_YET: readonly SettingKey[] = ['EVENTSTORE_URL'];

export interface SettingRow {
  key: SettingKey;
  default: string;
  unit: string;
  reason: string;
  secret: boolean;
  supported: boolean;
}

/** One row per setting, in the order of the list: what the README shows. */
export function configTable(): SettingRow[] {
  return SETTING_KEYS.map((key) => {
    const { fallback, unit, reason, secret }: Setting = SETTINGS[key];
    const supported = !NOT_SUPPORTED_YET.includes(key);
    return { key, default: fallback ?? '', unit, reason, secret: secret === true, supported };
  });
}
