// The steps of an account's life that Redis runs, one atomic step each. Sent twice, each has the outcome and the reply of once.

const prelude = `
-- The value of a string key, false for none and for a key of another type; other errors go to the caller.
local function read_value(key)
  local value = redis.pcall('GET', key)
  if type(value) == 'table' and string.find(value.err or '', 'WRONGTYPE', 1, true) then return false end
  return value
end
`;

/**
 * KEYS[1]: an account. ARGV: its whole JSON. Keeps it where there is none of its name.
 * Reply: `created`, also when asked twice; `taken` when the name is another's.
 */
export const createAccountScript = `${prelude}
if redis.call('SET', KEYS[1], ARGV[1], 'NX') then return 'created' end
-- Our own account, whose reply was lost.
return read_value(KEYS[1]) == ARGV[1] and 'created' or 'taken'
`;

/**
 * KEYS[1]: an account. ARGV: the JSON field of the password hash as it was found, and as it is to be. Exchanges it and raises
 * `signInVersion` by one, in a place of its own at the end where there is none yet. The rest of the account is not touched.
 * Reply: 1 when it is as it is to be, 0 when it was changed meanwhile.
 */
export const changePasswordScript = `
local value = redis.call('GET', KEYS[1])
if not value then return 0 end
local from, to = string.find(value, ARGV[1], 1, true)
-- Our own change, whose reply was lost.
if not from then return string.find(value, ARGV[2], 1, true) and 1 or 0 end
value = string.sub(value, 1, from - 1) .. ARGV[2] .. string.sub(value, to + 1)
local before, version, after = string.match(value, '^(.-"signInVersion":)(%d+)(.*)$')
if version then value = before .. string.format('%.0f', version + 1) .. after
else value = string.match(value, '^(.*)}') .. ',"signInVersion":1}' end
redis.call('SET', KEYS[1], value)
return 1
`;

/**
 * KEYS[1]: an account. ARGV: its whole JSON as it was found, and as it is to be.
 * Reply: 1 when it is as it is to be, 0 when it was changed or removed meanwhile.
 */
export const replaceAccountScript = `
local value = redis.call('GET', KEYS[1])
if value == ARGV[1] then
  -- A full Redis refuses SET as the first write of a script; an account has no TTL to lose.
  redis.call('PERSIST', KEYS[1])
  redis.call('SET', KEYS[1], ARGV[2])
end
-- Or it is so already: our own change, whose reply was lost.
return (value == ARGV[1] or value == ARGV[2]) and 1 or 0
`;

/**
 * KEYS[1]: an account. ARGV: the JSON fields of its ID and of its password hash as they were found. Deletes it; another
 * account of its name, and what is none, stay.
 * Reply: 1 when it is gone, whoever deleted it, so also when asked twice; 0 when its password was changed meanwhile.
 */
export const deleteAccountScript = `${prelude}
local value = read_value(KEYS[1])
if type(value) == 'table' then return value end
if not value or not string.find(value, ARGV[1], 1, true) then return 1 end
if not string.find(value, ARGV[2], 1, true) then return 0 end
redis.call('DEL', KEYS[1])
return 1
`;
