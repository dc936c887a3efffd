/** Keys as settings and files write them. */

export const KEY_BYTES = 32;

/** 32 bytes in base64 or base64url; null: something else. */
export function base64KeyIn(text: string): Buffer | null {
  if (!/^[\w+/-]{43}=?$/.test(text)) return null;
  const key = Buffer.from(text, 'base64');
  return key.length === KEY_BYTES ? key : null;
}
