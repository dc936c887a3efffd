/** What a setting is, and the kinds of text it is read from. */
import { z } from 'zod';
import { base64KeyIn } from '../base64-key.js';

export interface Setting<
  Schema extends z.ZodType = z.ZodType,
  Fallback extends string | null = string | null,
> {
  /** Reads the text of the variable; never sees an absent or empty one. */
  schema: Schema;
  /** As it would be written in the environment; null: unset, which `reason` explains. */
  fallback: Fallback;
  unit: string;
  reason: string;
  /** Never printed, not even in part. */
  secret?: true;
}

export const setting = <Schema extends z.ZodType, const Fallback extends string | null>(
  definition: Setting<Schema, Fallback>,
) => definition;

export const whole = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,12}$/, 'a whole number')
    .transform(Number)
    .pipe(z.int().min(min).max(max));

export const onOff = z.enum(['on', 'off']).transform((text) => text === 'on');

export const list = <const Item extends string>(items: readonly Item[]) =>
  z
    .string()
    .transform((text) => text.split(',').map((item) => item.trim()))
    .pipe(z.array(z.enum(items)).min(1))
    .transform((chosen) => items.filter((item) => chosen.includes(item)));

export const urlOf = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

export const key32 = z.string().transform((text, context) => {
  const key = base64KeyIn(text);
  if (key) return key;
  context.addIssue({ code: 'custom', message: '32 bytes in base64' });
  return z.NEVER;
});

export const plainDecimal = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'a plain decimal number');

export const jsonOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'valid JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
