import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

export interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  example?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  oneOf?: Schema[];
  items?: Schema;
}

export interface Parameter {
  name: string;
  schema?: Schema;
}

interface Media {
  schema?: Schema;
  example?: unknown;
}

interface Operation {
  parameters?: { name: string; in: string; schema?: Schema }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { content?: Record<string, Media> }>;
}

export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

/** One operation of the description. */
export interface Route {
  method: string;
  path: string;
  pathNames: string[];
  query: Parameter[];
  hasBody: boolean;
  bodyFields: Parameter[];
  operation: Operation;
}

const ID = 'https://tracker.test/openapi';

/** Whether answers are such as the OpenAPI document says. */
export class OpenApiJudge {
  readonly routes: Route[];
  private readonly ajv = new Ajv2020({ strict: false, allErrors: false, validateFormats: true });

  private readonly validators = new Map<string, ValidateFunction>();

  constructor(private readonly document: OpenApiDocument) {
    (addFormats as unknown as (ajv: Ajv2020) => void)(this.ajv);
    this.ajv.addSchema({ $id: ID, components: document.components ?? {} });
    this.routes = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => this.routeOf(path, method, operation)),
    );
  }

  /** @returns what is wrong with an answer, or null */
  complaint(route: Route, status: number, headers: Headers, text: string): string | null {
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (!headers.get('x-request-id')) return 'no request id';
    if (headers.get('x-content-type-options') !== 'nosniff') return 'no nosniff';
    if (headers.get('x-powered-by')) return 'x-powered-by';
    const { responses } = route.operation;
    const response =
      responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
    if (!response) return `status ${status} is not described`;
    if (status === 204) return text === '' ? null : 'a body with 204';
    if (status >= 400 && type !== 'application/problem+json') return `a problem as ${type}`;
    const content = response.content ?? {};
    if (!type.endsWith('json')) return content[type] || this.isExport(type) ? null : `type ${type}`;
    const media = content[type] ?? Object.values(content)[0];
    const value = JSON.parse(text) as unknown;
    if (media?.schema) return this.against(media.schema, value);
    return media?.example === undefined ? null : missing(media.example, value, '');
  }

  private isExport(type: string): boolean {
    return type === 'text/csv' || type === 'application/x-ndjson';
  }

  private against(schema: Schema, value: unknown): string | null {
    const key = JSON.stringify(schema);
    let validate = this.validators.get(key);
    if (!validate) {
      const text = key.replaceAll('"#/components/', `"${ID}#/components/`);
      validate = this.ajv.compile(JSON.parse(text) as object);
      this.validators.set(key, validate);
    }
    return validate(value) ? null : `not as described: ${this.ajv.errorsText(validate.errors)}`;
  }

  private routeOf(path: string, method: string, operation: Operation): Route {
    const { parameters = [], requestBody } = operation;
    const names = (place: string): Parameter[] => parameters.filter((one) => one.in === place);
    const body = requestBody?.content['application/json']?.schema;
    return {
      method: method.toUpperCase(),
      path,
      operation,
      pathNames: names('path').map(({ name }) => name),
      query: names('query'),
      hasBody: requestBody !== undefined,
      bodyFields: Object.entries(this.propertiesOf(body)).map(([name, schema]) => ({
        name,
        schema: this.resolved(schema),
      })),
    };
  }

  private propertiesOf(schema: Schema | undefined): Record<string, Schema> {
    const found = this.resolved(schema);
    if (found?.oneOf) return this.propertiesOf(found.oneOf[0]);
    return found?.properties ?? {};
  }

  private resolved(schema: Schema | undefined): Schema | undefined {
    const name = schema?.$ref?.split('/').at(-1);
    return name === undefined ? schema : this.document.components?.schemas?.[name];
  }
}

/** Where an answer lacks what its example has; of lists the first element is looked at. */
function missing(example: unknown, value: unknown, path: string): string | null {
  if (Array.isArray(example)) {
    if (!Array.isArray(value)) return `${path || 'the answer'} is no list`;
    return value.length > 0 && example.length > 0
      ? missing(example[0], value[0], `${path}[0]`)
      : null;
  }
  if (typeof example !== 'object' || example === null) return null;
  if (typeof value !== 'object' || value === null)
    return value === null ? null : `${path} is no object`;
  for (const [name, part] of Object.entries(example)) {
    // What depends on the data is left out where there is none.
    if (name === 'page' || /^\d$/.test(name)) continue;
    if (!(name in value)) return `${path}.${name} is missing`;
    const found = missing(part, (value as Record<string, unknown>)[name], `${path}.${name}`);
    if (found) return found;
  }
  return null;
}
