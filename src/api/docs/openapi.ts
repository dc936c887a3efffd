/** The OpenAPI document, gathered from the routes themselves, and the page that shows it. */
import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import type { DeclaredRoutes } from './declared-routes.js';
import { schemaComponents } from './documented.js';

/** Served under both: the API's own prefix, and the address people try first. */
export const DOCS_PATHS = ['api/v1/docs', 'docs'];

export function openApiDocument(app: INestApplication, routes: DeclaredRoutes): OpenAPIObject {
  const settings = new DocumentBuilder()
    .setTitle('Drafthorse')
    .setDescription(
      'Change a shop’s catalogue by saying what you want. Mutations answer 202 with an id to follow and a `Drafthorse-Position` header; a GET that carries that header (or `?after=`) waits until it can show that position. Every refusal is a problem document (RFC 9457) with a `code` from one closed list; see schema `Problem`.',
    )
    .setVersion('1')
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer' })
    .addSecurityRequirements('bearer')
    .build();
  const document = SwaggerModule.createDocument(app, settings);
  // The short addresses of operations are the same routes once more.
  const paths = Object.fromEntries(
    Object.entries(document.paths).filter(
      ([path]) => path.startsWith('/api/') || path.startsWith('/.well-known/'),
    ),
  );
  routes.complete(paths);
  const schemas = { ...document.components?.schemas, ...schemaComponents() };
  return { ...document, paths, components: { ...document.components, schemas } } as OpenAPIObject;
}

export function serveDocs(app: INestApplication, routes: DeclaredRoutes): void {
  for (const path of DOCS_PATHS)
    SwaggerModule.setup(path, app, () => openApiDocument(app, routes), {
      jsonDocumentUrl: `${path}/openapi.json`,
      yamlDocumentUrl: `${path}/openapi.yaml`,
      customSiteTitle: 'Drafthorse API',
    });
}
