/** The rows of the table of errors that are about invitations and signing on with other providers. */
import { row, type ErrorRow } from './error-row.ts';

export const SIGN_ON_ROWS = {
  invitation_failed: row(
    4140,
    410,
    false,
    'That invitation was used up, withdrawn, or is too old; ask for another one',
    'Esa invitación ya se usó, se retiró o ha caducado; pide otra',
  ),
  sign_on_unavailable: row(
    4141,
    503,
    true,
    'That provider does not answer now; try again later, or sign in with a password',
    'Ese proveedor no responde ahora; inténtalo más tarde o inicia sesión con una contraseña',
  ),
  sign_on_failed: row(
    4142,
    400,
    false,
    'Signing on did not work, or took too long; begin again',
    'No se pudo iniciar sesión con el proveedor, o tardó demasiado; empieza de nuevo',
  ),
  sign_on_refused: row(
    4143,
    403,
    false,
    'You may not come in with that account; ask an administrator',
    'No puedes entrar con esa cuenta; pregunta a un administrador',
  ),
  sign_on_closed: row(
    4144,
    403,
    false,
    'Nobody has an account here with that sign-on; an administrator can make one',
    'Aquí nadie tiene una cuenta con ese acceso; un administrador puede crear una',
  ),
  sign_on_no_email: row(
    4145,
    422,
    false,
    'The provider gave no verified e-mail, which an account here needs',
    'El proveedor no dio un correo verificado, y una cuenta aquí lo necesita',
  ),
  sign_on_taken: row(
    4146,
    409,
    false,
    'There is an account with that e-mail; sign in to it with its password',
    'Ya hay una cuenta con ese correo; entra en ella con su contraseña',
  ),
} as const satisfies Record<string, ErrorRow>;
