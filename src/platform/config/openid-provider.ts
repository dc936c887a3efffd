import { z } from 'zod';

/** An OpenID Connect provider whose accounts people sign in with; one of OPENID_PROVIDERS. */
export const OpenIdProvider = z.strictObject({
  /** Part of addresses. */
  name: z.string().regex(/^[a-z0-9-]{1,32}$/, 'name: lower-case letters, digits and dashes'),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1).max(512),
  clientSecret: z.string().min(1).max(512).optional(),
});
export type OpenIdProvider = z.infer<typeof OpenIdProvider>;

export const OpenIdProviderList = z
  .array(OpenIdProvider)
  .max(20)
  .refine((providers) => new Set(providers.map(({ name }) => name)).size === providers.length, {
    message: 'every provider has a name of its own',
  });
