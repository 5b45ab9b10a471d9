/** An OpenAPI document, as far as tests look into it. */
import type { AnySchemaObject } from 'ajv/dist/2020.js';
import { openapiDocument } from '../src/rest/openapi/document.ts';

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

export interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Referred<Parameter>[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: Responses;
}

export type Responses = Readonly<Record<string, Referred<Response>>>;
type Content = Readonly<Record<string, Media>>;

export interface Media {
  readonly schema: AnySchemaObject;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, Referred<{ readonly value: unknown }>>>;
}

export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Referred<Header>>>;
  readonly content: Content;
}

interface Header {
  readonly required?: boolean;
  readonly schema: AnySchemaObject;
  readonly example: unknown;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: AnySchemaObject;
  readonly example: unknown;
}

type Referred<Part> = Part | { readonly $ref: string };

/** A part, also where a reference stands for it. */
export function find<Part extends object>(document: Document, part: Referred<Part>): Part {
  if (!('$ref' in part)) return part;
  const [kind = '', name = ''] = part.$ref.split('/').slice(2);
  return document.components[kind]?.[name] as Part;
}

export function responseOf(
  document: Document,
  responses: Responses,
  status: number | string,
): Response | null {
  const response = responses[status];
  return response ? find(document, response) : null;
}

/** The one that the server gives out. */
export const served = openapiDocument() as unknown as Document;
