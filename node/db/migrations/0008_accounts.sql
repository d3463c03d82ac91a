-- What people see of their own sign-ins, and can end; what makes wrong tries wait; leaving.

-- seen_at: the last day on which it was used, as far as anybody needs to know; device: in a few
-- words, such as Firefox on Android.
alter table session add column id bigint not null default 0;
alter table session add column device text not null default '' check (length(device) <= 60);
alter table session add column seen_at bigint not null default 0;
alter table oauth_token add column used_at bigint not null default 0;
create index oauth_token_app on oauth_token (app_id);
create index oauth_token_used on oauth_token (used_at);
create index oauth_code_app on oauth_code (app_id);
create index oauth_app_created on oauth_app (created_at);

-- The browsers with which somebody has signed in before: strangers' wrong tries do not stop them.
create table known_device (
    token_hash text not null check (length(token_hash) <= 64),
    account_id bigint not null references account (id),
    seen_at bigint not null,
    primary key (token_hash, account_id)
);
create index known_device_account on known_device (account_id, seen_at);
create index known_device_seen on known_device (seen_at);

-- Keys are hashes: nobody reads names and addresses out of them.
alter table login_try add column account_id bigint references account (id);
create index login_try_account on login_try (account_id) where account_id is not null;
create index login_try_until on login_try (until);

-- Somebody whose own home shows them to nobody, for now or for good; they are hidden as well.
alter table actor add column suspended_at bigint;

-- A community elsewhere in which only moderators begin conversations, as it says itself.
alter table actor add column posting_restricted bigint not null default 0;

-- Who has left this node, until the last of their rows is gone.
create table departure (
    actor_id bigint primary key references actor (id),
    left_at bigint not null
);
