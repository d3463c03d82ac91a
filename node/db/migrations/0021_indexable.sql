-- Whether somebody agrees that what they write for everybody is found by searching (FEP-5feb).
alter table actor add column indexable bigint not null default 0;
