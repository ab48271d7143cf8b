CREATE TABLE securelogin_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT securelogin_version_pkc PRIMARY KEY (version_num)
);

-- Running upgrade  -> 0001

CREATE TABLE IF NOT EXISTS securelogin_accounts (
    id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    audience VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    address VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    aliases TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    status VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    language VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    change_id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    change_address VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    change_until BIGINT,
    change_confirmed TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS securelogin_addresses (
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    `key` VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (tenant, `key`),
    FOREIGN KEY(account) REFERENCES securelogin_accounts (id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_addresses_by_account ON securelogin_addresses (account);

CREATE TABLE IF NOT EXISTS securelogin_credentials (
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    password_hash VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    temporary_hash VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    temporary_fingerprint VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    temporary_mark VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    temporary_issued_at BIGINT,
    temporary_until BIGINT,
    dead TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    browsers TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    must_change SMALLINT NOT NULL,
    changed_at BIGINT,
    generation BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (account)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_credentials_by_temporary_until ON securelogin_credentials (temporary_until);

CREATE TABLE IF NOT EXISTS securelogin_links (
    id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    recipient VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    address_tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    address VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    message VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    sender VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    sender_key VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    issued_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    recalled_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_links_by_recipient ON securelogin_links (recipient);

CREATE INDEX IF NOT EXISTS securelogin_links_by_sender_key ON securelogin_links (sender_key, tenant);

CREATE INDEX IF NOT EXISTS securelogin_links_by_until ON securelogin_links (until);

CREATE TABLE IF NOT EXISTS securelogin_sessions (
    seq BIGINT NOT NULL AUTO_INCREMENT,
    digest VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    generation BIGINT NOT NULL,
    began_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    until BIGINT NOT NULL,
    browser VARCHAR(128) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    user_agent VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    ip VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    ended_at BIGINT,
    version BIGINT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (digest)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_sessions_by_account ON securelogin_sessions (account, began_at);

CREATE INDEX IF NOT EXISTS securelogin_sessions_by_until ON securelogin_sessions (until);

CREATE TABLE IF NOT EXISTS securelogin_counters (
    `key` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    total BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (`key`)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_counters_by_until ON securelogin_counters (until);

CREATE TABLE IF NOT EXISTS securelogin_attempts (
    seq BIGINT NOT NULL AUTO_INCREMENT,
    reference VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    at BIGINT NOT NULL,
    operation VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    causes TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    portal VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    url VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    lookup VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    typed VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    link VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    form VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    ip VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    user_agent VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    device_time BIGINT,
    hits TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    note VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    details TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    PRIMARY KEY (seq)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_account ON securelogin_attempts (account);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_at ON securelogin_attempts (at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_ip ON securelogin_attempts (ip, tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_lookup ON securelogin_attempts (lookup, tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_reference ON securelogin_attempts (reference);

CREATE INDEX IF NOT EXISTS securelogin_attempts_by_tenant ON securelogin_attempts (tenant, at);

CREATE TABLE IF NOT EXISTS securelogin_outbox (
    seq BIGINT NOT NULL AUTO_INCREMENT,
    id VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    kind VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    at BIGINT NOT NULL,
    due_at BIGINT NOT NULL,
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    lookup_tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    lookup VARCHAR(320) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    portal VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    link VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    side VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    `change` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    mark VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    state VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tries BIGINT NOT NULL,
    leased_until BIGINT,
    settled_at BIGINT,
    detail VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (seq),
    UNIQUE (id)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_account ON securelogin_outbox (account, at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_lookup ON securelogin_outbox (lookup, lookup_tenant, at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_settled_at ON securelogin_outbox (settled_at);

CREATE INDEX IF NOT EXISTS securelogin_outbox_by_state ON securelogin_outbox (state, due_at);

CREATE TABLE IF NOT EXISTS securelogin_audit (
    chain VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    number BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    kind VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    tenant VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    account VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin,
    subject VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    facts TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    person TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    commitment VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    previous VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    seal VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin NOT NULL,
    PRIMARY KEY (chain, number)
)ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE utf8mb4_nopad_bin;

CREATE INDEX IF NOT EXISTS securelogin_audit_by_account ON securelogin_audit (account);

CREATE INDEX IF NOT EXISTS securelogin_audit_by_chain ON securelogin_audit (chain, written_at, number);

CREATE INDEX IF NOT EXISTS securelogin_audit_by_subject ON securelogin_audit (subject);

INSERT INTO securelogin_version (version_num) VALUES ('0001') RETURNING securelogin_version.version_num;

