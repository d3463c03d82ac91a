-- posts: two more answers to who may read one

-- A check is changed where the table's text is kept (sqlite.org/lang_altertable.html, section 7);
-- what follows renames a table, which has everything read anew.
pragma writable_schema = 1;
update sqlite_master
set sql = replace(sql, 'visibility in (''public'', ''unlisted'', ''followers'', ''direct'')',
    'visibility in (''public'', ''unlisted'', ''followers'', ''direct'', ''members'', ''node'')')
where type = 'table' and name = 'post';
pragma writable_schema = 0;

-- communities: what they say of themselves, and whether people of other nodes may belong to them

-- elsewhere: people of other nodes may be members of a closed or hidden community. A community that
-- is closed down (closed_at) comes back within thirty days.
alter table community add column elsewhere bigint not null default 0;
alter table community add column rules text not null default '' check (length(rules) <= 20000);
alter table community add column language text not null default '' check (length(language) <= 35);
alter table community add column topics text not null default '' check (length(topics) <= 1000);
alter table community add column question text not null default '' check (length(question) <= 500);
alter table community add column shows_members bigint not null default 1;

-- Who takes part in a community, ours or one elsewhere; who only reads follows it. came_by: how
-- they came in.
create table membership_of_any (
    community_id bigint not null references actor (id),
    actor_id bigint not null references actor (id),
    role text not null check (role in ('member', 'moderator', 'organiser')),
    since bigint not null,
    came_by text not null check (came_by in (
        'founding', 'open', 'approval', 'invitation', 'writing', 'appointment')),
    primary key (community_id, actor_id)
);
insert into membership_of_any (community_id, actor_id, role, since, came_by)
    select community_id, actor_id, role, since, 'open' from membership;
insert into membership_of_any (community_id, actor_id, role, since, came_by)
    select f.followed_id, f.follower_id, 'member', coalesce(f.accepted_at, f.created_at), 'open'
    from follow f join actor g on g.id = f.followed_id join actor a on a.id = f.follower_id
    where g.kind = 'Group' and g.local = 0 and g.approves_followers = 1
      and a.local = 1 and f.state = 'accepted';
drop table membership;
alter table membership_of_any rename to membership;
create index membership_actor on membership (actor_id);
