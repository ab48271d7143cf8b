-- Rows of every kind, as the store of the first release (tables 0001) wrote them.
-- Frozen: whoever cannot read them cannot be upgraded to. Quotes are ANSI's.

INSERT INTO securelogin_accounts ("id", "tenant", "audience", "address", "aliases", "status", "language", "change_id", "change_address", "change_until", "change_confirmed", "version")
VALUES ('id of ann', 'acme', 'internal', 'ann@acme.example', '[]', 'active', 'en', NULL, NULL, NULL, NULL, 1);
INSERT INTO securelogin_accounts ("id", "tenant", "audience", "address", "aliases", "status", "language", "change_id", "change_address", "change_until", "change_confirmed", "version")
VALUES ('id of bob', 'acme', 'external', 'bob@acme.example', '["bob0@x.example","bob1@x.example"]', 'active', 'zh-Hant-TW', 'change', 'new@xn--mnchen-3ya.example', 1772447459999999, '["new"]', 9007199254740993);
INSERT INTO securelogin_accounts ("id", "tenant", "audience", "address", "aliases", "status", "language", "change_id", "change_address", "change_until", "change_confirmed", "version")
VALUES ('id of cleo', 'acme', 'external', 'cleo@acme.example', '[]', 'disabled', 'en', 'change', 'new@xn--mnchen-3ya.example', 1772447459999999, '["new","old"]', 1);
INSERT INTO securelogin_accounts ("id", "tenant", "audience", "address", "aliases", "status", "language", "change_id", "change_address", "change_until", "change_confirmed", "version")
VALUES ('id of dan', 'acme', 'external', 'erased@erased.invalid', '[]', 'erased', 'en', NULL, NULL, NULL, NULL, 2);
INSERT INTO securelogin_addresses ("tenant", "key", "account")
VALUES ('acme', 'ann@acme.example', 'id of ann');
INSERT INTO securelogin_addresses ("tenant", "key", "account")
VALUES ('acme', 'bob0@x.example', 'id of bob');
INSERT INTO securelogin_addresses ("tenant", "key", "account")
VALUES ('acme', 'bob1@x.example', 'id of bob');
INSERT INTO securelogin_addresses ("tenant", "key", "account")
VALUES ('acme', 'bob@acme.example', 'id of bob');
INSERT INTO securelogin_addresses ("tenant", "key", "account")
VALUES ('acme', 'cleo@acme.example', 'id of cleo');
INSERT INTO securelogin_credentials ("account", "password_hash", "temporary_hash", "temporary_fingerprint", "temporary_mark", "temporary_issued_at", "temporary_until", "dead", "browsers", "must_change", "changed_at", "generation", "version")
VALUES ('id of ann', '$argon2id$v=19$m=8,t=1,p=1$U5On3Y6uWlAIp686L29orA$tlTLhPBPno+exiSXnz8i2O2CDIo/vKjOf9jWmhhnAjo', NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, 1772443859999999, 1, 3);
INSERT INTO securelogin_credentials ("account", "password_hash", "temporary_hash", "temporary_fingerprint", "temporary_mark", "temporary_issued_at", "temporary_until", "dead", "browsers", "must_change", "changed_at", "generation", "version")
VALUES ('id of bob', '$argon2id$yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy', '$argon2id$xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx', 'b0c1', 'blue – 😀', 1772443859999999, 1772447459999999, '[["f0","used",1772440259999999,1772443859999999],["f1","superseded",1772440259999999,1772443860000000],["f2","cancelled",1772440259999999,1772443860000001]]', '["bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb","cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"]', 1, -999999, 7, 1099511627776);
INSERT INTO securelogin_credentials ("account", "password_hash", "temporary_hash", "temporary_fingerprint", "temporary_mark", "temporary_issued_at", "temporary_until", "dead", "browsers", "must_change", "changed_at", "generation", "version")
VALUES ('id of cleo', NULL, NULL, NULL, NULL, NULL, NULL, '[]', '[]', 0, NULL, 1, 1);
INSERT INTO securelogin_links ("id", "tenant", "recipient", "address_tenant", "address", "message", "sender", "sender_key", "issued_at", "until", "recalled_at", "version")
VALUES ('plain', 'acme', 'ann', 'acme', 'ann@acme.example', 'm1', 'bob@acme.example', 'bob@acme.example', 1772443859999999, 1772447459999999, NULL, 1);
INSERT INTO securelogin_links ("id", "tenant", "recipient", "address_tenant", "address", "message", "sender", "sender_key", "issued_at", "until", "recalled_at", "version")
VALUES ('recalled', 'acme', 'ann', 'acme', 'ann@acme.example', 'm1', 'bob@acme.example', 'bob@acme.example', 1772443859999999, 1772447459999999, 1772443859999998, 9);
INSERT INTO securelogin_links ("id", "tenant", "recipient", "address_tenant", "address", "message", "sender", "sender_key", "issued_at", "until", "recalled_at", "version")
VALUES ('expired', 'acme', 'ann', 'acme', 'ann@acme.example', 'm1', 'bob@acme.example', 'bob@acme.example', 1772443859999999, 0, NULL, 1);
INSERT INTO securelogin_links ("id", "tenant", "recipient", "address_tenant", "address", "message", "sender", "sender_key", "issued_at", "until", "recalled_at", "version")
VALUES ('quoted', 'acme', 'ann', 'acme', 'ann@acme.example', 'tab	''quoted'' "twice" ', 'bob@acme.example', 'bob@acme.example', 1772443859999999, 1772447459999999, NULL, 1);
INSERT INTO securelogin_links ("id", "tenant", "recipient", "address_tenant", "address", "message", "sender", "sender_key", "issued_at", "until", "recalled_at", "version")
VALUES ('other', 'acme', 'ann', 'globex', 'x@y.example', 'm1', 'bob@acme.example', 'bob@acme.example', 1772443859999999, 1772447459999999, NULL, 1);
INSERT INTO securelogin_sessions ("digest", "account", "tenant", "generation", "began_at", "seen_at", "until", "browser", "user_agent", "ip", "ended_at", "version")
VALUES ('plain', 'ann', 'acme', 3, 1772443859999999, 1772443860000000, 1772447459999999, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', '', '', NULL, 1);
INSERT INTO securelogin_sessions ("digest", "account", "tenant", "generation", "began_at", "seen_at", "until", "browser", "user_agent", "ip", "ended_at", "version")
VALUES ('full', 'ann', 'acme', 3, 1772443859999999, 1772443860000000, 253402300799999999, 'bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb', 'Firefox/140 �', '2001:db8::7', 1772443859999999, 4);
INSERT INTO securelogin_counters ("key", "total", "until")
VALUES ('counted', 2, 1772447459999999);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('full', 1772443859999999, 'login', '["storage_unavailable","overloaded","cookies_blocked","csrf","wrong_portal","throttled","wrong_tenant","malformed_address","alias_used","plus_variant","not_invited","unknown_address","disabled","link_missing","link_bad_signature","clock_skew","link_expired","link_recalled","link_for_other_recipient","mail_not_delivered","no_password_set","locked","hash_unusable","temp_expired","temp_used","temp_superseded","temp_wrong","wrong_password","ticket_invalid","ticket_expired","session_ended","overtaken","no_permission","refused_by_portal"]', 'acme', 'https://acme.example/secure/', 'https://acme.example/secure/login', 'ann@acme.example', 'Ann@acme.example', 'ann', 'link', NULL, '192.0.2.7', 'Firefox/140', 1772443859999998, '[1,20,1099511627776]', 'a note – 😀', '{"preflight":{"cookies":true,"https":false,"script":null}}');
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation login', 1772443859999999, 'login', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation link_opened', 1772443859999999, 'link_opened', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation reset_requested', 1772443859999999, 'reset_requested', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation password_completed', 1772443859999999, 'password_completed', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation password_changed', 1772443859999999, 'password_changed', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation address_requested', 1772443859999999, 'address_requested', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation address_confirmed', 1772443859999999, 'address_confirmed', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation support_found', 1772443859999999, 'support_found', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation support_searched', 1772443859999999, 'support_searched', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('operation support_listed', 1772443859999999, 'support_listed', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, NULL, '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('form lasting', 1772443859999999, 'login', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, 'lasting', '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('form temporary', 1772443859999999, 'login', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, 'temporary', '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_attempts ("reference", "at", "operation", "causes", "tenant", "portal", "url", "lookup", "typed", "account", "link", "form", "ip", "user_agent", "device_time", "hits", "note", "details")
VALUES ('form mistyped_temporary', 1772443859999999, 'login', '[]', 'acme', '', '', 'ann@acme.example', '', NULL, NULL, 'mistyped_temporary', '', '', NULL, '[]', '', NULL);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('full', 'confirm_address', 'acme', 1772443859999999, 1772443859999999, 'ann', 'acme', 'ann@acme.example', 'https://acme.example/secure/', 'link', 'old', 'change', 'blue', 'waiting', 3, 1772440259999999, 1772440259999999, '450 later', 6);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind temporary_password', 'temporary_password', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind message', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind password_changed', 'password_changed', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind confirm_address', 'confirm_address', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind address_changed', 'address_changed', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('kind new_browser', 'new_browser', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('state waiting', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'waiting', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('state sent', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'sent', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('state refused', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'refused', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('state given_up', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'given_up', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_outbox ("id", "kind", "tenant", "at", "due_at", "account", "lookup_tenant", "lookup", "portal", "link", "side", "change", "mark", "state", "tries", "leased_until", "settled_at", "detail", "version")
VALUES ('state dropped', 'message', 'acme', 1772443859999999, 1772443859999999, 'ann', NULL, NULL, '', NULL, NULL, NULL, '', 'dropped', 0, NULL, NULL, '', 1);
INSERT INTO securelogin_audit ("chain", "number", "written_at", "kind", "tenant", "account", "subject", "facts", "person", "commitment", "previous", "seal")
VALUES ('plain', 1, 1772443859999999, 'authn_login_success', 'acme', 'ann', 'subject', '{}', '{"ip":"192.0.2.7"}', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', '', 'ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss');
INSERT INTO securelogin_audit ("chain", "number", "written_at", "kind", "tenant", "account", "subject", "facts", "person", "commitment", "previous", "seal")
VALUES ('plain', 2, 1772443859999999, 'authn_login_success', '', NULL, '', '{}', '{"ip":"192.0.2.7"}', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp', 'ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss');
INSERT INTO securelogin_audit ("chain", "number", "written_at", "kind", "tenant", "account", "subject", "facts", "person", "commitment", "previous", "seal")
VALUES ('erased', 1099511627776, 1772443859999999, 'user_deleted', 'acme', 'ann', '', '{}', '', 'cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc', 'pppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppppp', 'ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss');
