/** Settings of accounts. No fault report shows a password. */
import type { z } from 'zod';
import { text } from '../../shared/environment.ts';
import { Email, NewPassword } from '../../shared/operations/common.ts';
import { textFile } from './file-setting.ts';

export function email() {
  return text().refine((value) => Email.safeParse(value).success, { error: 'an e-mail address' });
}

export function password() {
  return longEnough(text()).meta({ secret: true });
}

export function passwordFile() {
  return longEnough(textFile());
}

function longEnough<Schema extends z.ZodType<string>>(schema: Schema) {
  return schema.refine((value) => NewPassword.safeParse(value).success, {
    error: 'a password of 10 to 200 characters',
  });
}
