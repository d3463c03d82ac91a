-- What kind of thing a report is about, and whether the home of whoever it is about was told.
alter table report add column category text not null default 'other'
    check (category in ('spam', 'legal', 'violation', 'other'));
alter table report add column forwarded bigint not null default 0;
