/**
 * The real program, with places to die, in which drafts and changes are old after fractions of a day: the settings' own smallest
 * value is a day.
 */
import { z } from 'zod';
import { SETTINGS } from '../../src/platform/config/settings.js';

const schema = z.string().transform(Number).pipe(z.number());
for (const setting of [SETTINGS.DRAFTS_KEPT_DAYS, SETTINGS.CHANGE_SETS_KEPT_DAYS])
  Object.assign(setting, { schema });

await import('./crashing-main.js');
