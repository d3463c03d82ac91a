"""One text for both engines: parameters and lists."""

from node.db.sql import render_sql

LISTED = "select id from actor where id in (:ids[]) and iri not in (:iris[])"


def test_a_list_is_one_json_text_on_sqlite():
    text, lists, _ = render_sql(LISTED, "sqlite")

    assert text == (
        "select id from actor where id in (select value from json_each(:ids))"
        " and iri not in (select value from json_each(:iris))"
    )
    assert lists == ("ids", "iris")


def test_a_list_is_an_array_on_postgres():
    text, lists, _ = render_sql(LISTED, "postgres")

    assert text == ("select id from actor where id = any(%(ids)s) and iri <> all(%(iris)s)")
    assert lists == ("ids", "iris")


def test_only_parameters_are_taken_for_parameters_on_postgres():
    text, _, _ = render_sql(
        "select 'it''s :not', 5 % 2, '100%', id::text -- nor :this\nfrom t where a = :a", "postgres"
    )

    assert text == (
        "select 'it''s :not', 5 %% 2, '100%%', id::text -- nor :this\nfrom t where a = %(a)s"
    )


def test_asking_whether_a_parameter_is_null_needs_no_type_on_postgres():
    text, _, asked = render_sql(
        "select 1 where :a is null or id < :a or :b is not null", "postgres"
    )

    assert text == (
        "select 1 where %(a__null)s::text is null or id < %(a)s or %(b__null)s::text is not null"
    )
    assert sorted(asked) == ["a", "b"]
