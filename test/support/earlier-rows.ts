/** Rows of a small team, as an earlier version has left them; in SQL that both databases understand. */
import { createHash } from 'node:crypto';

export const EARLIER = {
  guestToken: 'g'.repeat(43),
  guestConversation: '01900000-0000-7000-8000-000000000001',
  guestText: 'remembered words of a guest',
  userId: '01900000-0000-7000-8000-0000000000a1',
  email: 'ana@example.org',
  password: 'a long sentence',
  userConversation: '01900000-0000-7000-8000-000000000002',
  userText: 'remembered words of a user',
  folder: 'Work',
  share: 'AAAAAAAAAAAAAAAAAAAAAA',
} as const;

const AT = 1_780_000_000_000;
const GUEST = '01900000-0000-7000-8000-0000000000b1';
const TEAM = '01900000-0000-7000-8000-0000000000c1';
type Bytes = (hex: string) => string;

/** By the migration that makes room for them. */
export function earlierRows(migration: string, bytes: Bytes, hash: string): readonly string[] {
  return ROWS[migration]?.(bytes, hash) ?? [];
}

const ROWS: Readonly<Record<string, (bytes: Bytes, hash: string) => readonly string[]>> = {
  '0001-first': (bytes) => [
    `insert into sequences (name, next) values ('accounts', 100), ('conversations', 100), ('exchanges', 100),
      ('messages', 100), ('sessions', 100)`,
    `insert into accounts (number, name, owner) values (1, 'guest:${GUEST}', 'guest:${GUEST}')`,
    `insert into guests (id, token_hash, account, created_at, seen_at)
      values ('${GUEST}', ${bytes(sha256(EARLIER.guestToken))}, 1, ${AT}, ${AT})`,
    ...conversation(1, EARLIER.guestConversation, `guest:${GUEST}`, EARLIER.guestText),
  ],
  '0002-allowances': (bytes) => [
    `insert into allowances (address, hour, taken) values (${bytes('00ff')}, 1, 5)`,
  ],
  '0003-people': (bytes, hash) => [
    `insert into accounts (number, name, owner)
      values (2, 'user:${EARLIER.userId}', 'user:${EARLIER.userId}')`,
    `insert into users (id, email, name, password_hash, role, active, account, created_at)
      values ('${EARLIER.userId}', '${EARLIER.email}', 'Ana', '${hash}', 'admin', 1, 2, ${AT})`,
    `insert into sequences (name, next) values ('folders', 100)`,
    `insert into folders (number, id, owner, name, instructions, created_at) values
      (1, '01900000-0000-7000-8000-0000000000f1', 'user:${EARLIER.userId}', '${EARLIER.folder}', '', ${AT})`,
    ...conversation(2, EARLIER.userConversation, `user:${EARLIER.userId}`, EARLIER.userText),
    `update conversations set folder = 1, pinned = 1 where number = 2`,
    `insert into places (conversation, device, message, updated_at) values (2, 'laptop', 22, ${AT})`,
    `insert into shares (id, conversation, message, created_at) values ('${EARLIER.share}', 2, 22, ${AT})`,
    `insert into reset_links (token_hash, "user", expires_at)
      values (${bytes(sha256('old'))}, '${EARLIER.userId}', 1)`,
  ],
  '0016-teams': () => [
    `insert into accounts (number, name, owner) values (3, 'team:${TEAM}', 'team:${TEAM}')`,
    `insert into teams (id, name, name_key, account, created_at)
      values ('${TEAM}', 'Research', 'research', 3, ${AT})`,
    `insert into team_members (team, "user", role, added_at)
      values ('${TEAM}', '${EARLIER.userId}', 'manager', ${AT})`,
  ],
  '0007-share-titles': () => [
    `update shares set title = '${EARLIER.userText}' where id = '${EARLIER.share}'`,
  ],
};

function conversation(number: number, id: string, owner: string, text: string): readonly string[] {
  const [prompt, answer] = [number * 10 + 1, number * 10 + 2];
  return [
    `insert into conversations (number, id, owner, title, status, created_at, updated_at)
      values (${number}, '${id}', '${owner}', '${text}', 'open', ${AT}, ${AT})`,
    `insert into messages (number, conversation, parent, role, text, status, exchange, created_at) values
      (${prompt}, ${number}, null, 'user', '${text}', 'ok', 0, ${AT}),
      (${answer}, ${number}, ${prompt}, 'assistant', 'so be it', 'ok', 0, ${AT})`,
  ];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
