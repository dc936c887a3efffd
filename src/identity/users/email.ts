/** Addresses as they are compared: one spelling each. */
import { z } from 'zod';

/** RFC 5321 leaves 254 characters for an address that can be delivered to. */
export const EMAIL_CHARS_MAX = 254;

/**
 * An address, folded: no space around it, lower case. The part before the @ may differ by case in principle; no provider
 * of any size makes that difference, and two accounts that look the same are worse. ASCII only, so nothing else can look
 * like it.
 */
export const Email = z
  .string()
  .max(EMAIL_CHARS_MAX + 2)
  .trim()
  .toLowerCase()
  .pipe(z.email().max(EMAIL_CHARS_MAX));
