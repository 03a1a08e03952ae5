"""What Slack is asked to show: whole messages, in notifications too."""

from daemon.deliver.slack import unfolded


def payload(text: str, **more) -> dict:
    return {"channel": "#news", "mrkdwn": True, "attachments": [{"text": text, **more}]}


def test_a_message_stands_in_the_text_itself_without_previews_of_its_links():
    assert unfolded(payload("*title*\nmore")) == {
        "channel": "#news",
        "mrkdwn": True,
        "text": "*title*\nmore",
        "unfurl_links": False,
        "unfurl_media": False,
    }


def test_what_slack_would_cut_anywhere_stays_attached_below_its_first_line():
    shown = unfolded(payload("*40 alerts*\n\n" + "x" * 4_000, color="#aabbcc"))
    assert shown["text"] == "*40 alerts*"
    assert shown["attachments"] == [{"text": "x" * 4_000, "color": "#aabbcc", "mrkdwn_in": ["text"]}]


def test_bold_within_a_word_is_bold_in_scripts_without_spaces():
    assert (
        unfolded(payload("两架*无人机*越过, a *drone* came"))["text"]
        == "两架\u200a*无人机*\u200a越过, a *drone* came"
    )


def test_a_titled_message_and_a_workflows_fields_stay_as_they_are():
    titled = payload("text", title="Tocsin: a problem")
    assert unfolded(titled)["attachments"] == titled["attachments"]
    assert unfolded({"text": "for a workflow"})["text"] == "for a workflow"
