/** The real program whose previews live for seconds: the setting's own smallest value is a minute. */
import { z } from 'zod';
import { SETTINGS } from '../../src/platform/config/settings.js';

Object.assign(SETTINGS.PREVIEW_TTL_MINUTES, { schema: z.string().transform(Number).pipe(z.number()) });

await import('../../src/main.js');
