CREATE TABLE securelogin_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT securelogin_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE IF NOT EXISTS securelogin_accounts (
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    audience TEXT NOT NULL,
    address TEXT NOT NULL,
    aliases TEXT NOT NULL,
    status TEXT NOT NULL,
    language TEXT NOT NULL,
    change_id TEXT,
    change_address TEXT,
    change_until INTEGER,
    change_confirmed TEXT,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE TABLE IF NOT EXISTS securelogin_addresses (
    tenant TEXT NOT NULL,
    "key" TEXT NOT NULL,
    account TEXT NOT NULL,
    PRIMARY KEY (tenant, "key"),
    FOREIGN KEY(account) REFERENCES securelogin_accounts (id)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_addresses_by_account ON securelogin_addresses (account);

CREATE TABLE IF NOT EXISTS securelogin_credentials (
    account TEXT NOT NULL,
    password_hash TEXT,
    temporary_hash TEXT,
    temporary_fingerprint TEXT,
    temporary_mark TEXT,
    temporary_issued_at INTEGER,
    temporary_until INTEGER,
    dead TEXT NOT NULL,
    browsers TEXT NOT NULL,
    must_change INTEGER NOT NULL,
    changed_at INTEGER,
    generation INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (account)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_credentials_by_temporary_until ON securelogin_credentials (temporary_until);

CREATE TABLE IF NOT EXISTS securelogin_links (
    id TEXT NOT NULL,
    tenant TEXT NOT NULL,
    recipient TEXT NOT NULL,
    address_tenant TEXT NOT NULL,
    address TEXT NOT NULL,
    message TEXT NOT NULL,
    sender TEXT NOT NULL,
    sender_key TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    recalled_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (id)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_links_by_recipient ON securelogin_links (recipient);

CREATE INDEX IF NOT EXISTS securelogin_links_by_sender_key ON securelogin_links (sender_key, tenant);

CREATE INDEX IF NOT EXISTS securelogin_links_by_until ON securelogin_links (until);

CREATE TABLE IF NOT EXISTS securelogin_sessions (
    seq INTEGER NOT NULL,
    digest TEXT NOT NULL,
    account TEXT NOT NULL,
    tenant TEXT NOT NULL,
    generation INTEGER NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    until INTEGER NOT NULL,
    browser TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    ip TEXT NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (digest)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_sessions_by_account ON securelogin_sessions (account, began_at);

CREATE INDEX IF NOT EXISTS securelogin_sessions_by_until ON securelogin_sessions (until);

CREATE TABLE IF NOT EXISTS securelogin_counters (
    "key" TEXT NOT NULL,
    total INTEGER NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY ("key")
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_counters_by_until ON securelogin_counters (until);

CREATE TABLE IF NOT EXISTS securelogin_attempts (
    seq INTEGER NOT NULL,
    reference TEXT NOT NULL,
    at INTEGER NOT NULL,
    operation TEXT NOT NULL,
    causes TEXT NOT NULL,
    tenant TEXT NOT NULL,
    portal TEXT NOT NULL,
    url TEXT NOT NULL,
    lookup TEXT NOT NULL,
    typed TEXT NOT NULL,
    account TEXT,
    link TEXT,
    form TEXT,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    device_time INTEGER,
    hits TEXT NOT NULL,
    note TEXT NOT NULL,
    details TEXT,
    PRIMARY KEY (seq)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_account ON securelogin_attempts (account);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_at ON securelogin_attempts (at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_ip ON securelogin_attempts (ip, tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_lookup ON securelogin_attempts (lookup, tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_reference ON securelogin_attempts (reference);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_tenant ON securelogin_attempts (tenant, at);

CREATE TABLE IF NOT EXISTS securelogin_outbox (
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    tenant TEXT NOT NULL,
    at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    account TEXT,
    lookup_tenant TEXT,
    lookup TEXT,
    portal TEXT NOT NULL,
    link TEXT,
    side TEXT,
    change TEXT,
    mark TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL,
    leased_until INTEGER,
    settled_at INTEGER,
    detail TEXT NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (id)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_account ON securelogin_outbox (account, at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_lookup ON securelogin_outbox (lookup, lookup_tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_settled_at ON securelogin_outbox (settled_at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_state ON securelogin_outbox (state, due_at);

CREATE TABLE IF NOT EXISTS securelogin_audit (
    chain TEXT NOT NULL,
    number INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    tenant TEXT NOT NULL,
    account TEXT,
    subject TEXT NOT NULL,
    facts TEXT NOT NULL,
    person TEXT NOT NULL,
    commitment TEXT NOT NULL,
    previous TEXT NOT NULL,
    seal TEXT NOT NULL,
    PRIMARY KEY (chain, number)
)
 STRICT;

CREATE INDEX IF NOT EXISTS securelogin_audit_by_account ON securelogin_audit (account);

CREATE INDEX IF NOT EXISTS securelogin_audit_by_chain ON securelogin_audit (chain, written_at, number);

CREATE INDEX IF NOT EXISTS securelogin_audit_by_subject ON securelogin_audit (subject);

INSERT INTO securelogin_version (version_num) VALUES ('0001') RETURNING version_num;

