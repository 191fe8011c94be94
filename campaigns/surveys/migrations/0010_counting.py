"""What is final, and what is final no more, is written down to be counted, whoever changes it and however; and so is
what was said in their own words, and that another system is to be told."""

from django.db import migrations

NOTE = """
    CREATE FUNCTION campaigns_surveys_note_response() RETURNS trigger LANGUAGE plpgsql AS $$
    DECLARE
        same_words bool := TG_OP = 'UPDATE';
    BEGIN
        IF same_words THEN
            same_words := OLD.state = NEW.state AND OLD.marks = NEW.marks AND OLD.answers = NEW.answers;
        END IF;
        IF TG_OP <> 'INSERT' AND OLD.state = 'final' AND OLD.marks IS NOT NULL THEN
            INSERT INTO campaigns_surveys_uncounted (survey_id, day, origin, language, sign, marks)
            VALUES (OLD.survey_id, OLD.day, OLD.origin, OLD.language, -1, OLD.marks);
            IF same_words IS NOT TRUE THEN
                DELETE FROM campaigns_surveys_taggedanswer WHERE saying_id IN (
                    SELECT id FROM campaigns_surveys_saying WHERE response_id = OLD.id);
                DELETE FROM campaigns_surveys_deedquote WHERE saying_id IN (
                    SELECT id FROM campaigns_surveys_saying WHERE response_id = OLD.id);
                DELETE FROM campaigns_surveys_saying WHERE response_id = OLD.id;
            END IF;
            IF TG_OP = 'DELETE' THEN
                DELETE FROM campaigns_surveys_answerhook WHERE response_id = OLD.id;
            END IF;
        END IF;
        IF TG_OP <> 'DELETE' AND NEW.state = 'final' AND NEW.marks IS NOT NULL THEN
            INSERT INTO campaigns_surveys_uncounted (survey_id, day, origin, language, sign, marks)
            VALUES (NEW.survey_id, NEW.day, NEW.origin, NEW.language, 1, NEW.marks);
            IF same_words IS NOT TRUE THEN
                INSERT INTO campaigns_surveys_saying (survey_id, response_id, question, words, score, at)
                SELECT NEW.survey_id, NEW.id, m ->> 0, NEW.answers -> (m ->> 0) ->> 'words',
                    (SELECT (s ->> 2)::numeric FROM jsonb_array_elements(NEW.marks) AS s WHERE s ->> 1 = 'score'),
                    coalesce(NEW.finished, NEW.started)
                FROM jsonb_array_elements(NEW.marks) AS m WHERE m ->> 1 = 'said';
                INSERT INTO campaigns_surveys_answerhook (response_id, url)
                SELECT NEW.id, webhook FROM campaigns_surveys_survey WHERE id = NEW.survey_id AND webhook <> ''
                ON CONFLICT DO NOTHING;
            END IF;
        END IF;
        RETURN NULL;
    END $$
"""
TRIGGERS = [
    """
    CREATE TRIGGER note_response AFTER INSERT OR DELETE ON campaigns_surveys_response
    FOR EACH ROW EXECUTE FUNCTION campaigns_surveys_note_response()
    """,
    """
    CREATE TRIGGER note_changed_response AFTER UPDATE ON campaigns_surveys_response FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state OR OLD.day IS DISTINCT FROM NEW.day
        OR OLD.marks IS DISTINCT FROM NEW.marks OR OLD.origin IS DISTINCT FROM NEW.origin
        OR OLD.language IS DISTINCT FROM NEW.language)
    EXECUTE FUNCTION campaigns_surveys_note_response()
    """,
]
WORDS = r"""
    CREATE FUNCTION campaigns_surveys_words(said text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
        SELECT to_tsvector('simple', CASE WHEN octet_length(said) = length(said) THEN said
            ELSE regexp_replace(said, '([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])', ' \1 ', 'g') END)
    $$
"""
INDEX = "CREATE INDEX saying_words ON campaigns_surveys_saying USING gin (campaigns_surveys_words(words))"


class Migration(migrations.Migration):
    dependencies = [("campaigns_surveys", "0009_counts")]
    operations = [
        migrations.RunSQL(NOTE, "DROP FUNCTION campaigns_surveys_note_response"),
        migrations.RunSQL(
            TRIGGERS,
            [
                "DROP TRIGGER note_changed_response ON campaigns_surveys_response",
                "DROP TRIGGER note_response ON campaigns_surveys_response",
            ],
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION campaigns_surveys_words"),
        migrations.RunSQL(INDEX, "DROP INDEX saying_words"),
    ]
