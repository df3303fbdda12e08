import type { PipeTransform } from '@nestjs/common';
import { invalidRequest } from './domain-error.js';
import { isUUID } from 'class-validator';

/** Lets UUIDs pass, in lower case. */
export class UuidPipe implements PipeTransform<string, string> {
  transform(id: string): string {
    if (isUUID(id)) return id.toLowerCase();
    throw invalidRequest([{ path: 'id', code: 'invalid-value', detail: 'must be a UUID' }]);
  }
}
