"""What is asked of somebody who comments, and of somebody who lets others read."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.utils.translation import gettext_lazy as _

from education.desk.preview_links import MOST_DAYS, USUAL_DAYS
from education.editorial.comments import parts_of
from education.editorial.models import Comment, PreviewLink

MOST_WORDS = Comment._meta.get_field("text").max_length or 4000  # characters
TOO_LONG = _("Make it shorter than %(limit_value)d characters, or send two comments.")
NO_TEXT = _("Write your comment.")
HOW_LONG = _("Choose between 1 and 30 days.")


class CommentForm(forms.Form):
    """A remark on an edition, and what it is about."""

    use_required_attribute = False  # errors come from us, in one place

    field = forms.ChoiceField(
        label=_("What is it about?"), required=False,
        error_messages={"invalid_choice": _("Choose a part of the page from the list.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Your comment"), max_length=MOST_WORDS, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": NO_TEXT, "max_length": TOO_LONG},
    )  # fmt: skip

    def __init__(self, *args: Any, edition: Any, **kwargs: Any) -> None:
        kwargs["auto_id"] = "comment-%s"  # it stands beside other forms
        super().__init__(*args, **kwargs)
        about: Any = self.fields["field"]
        about.choices = parts_of(edition)
        for name in ("text", "name"):
            if name in self.fields:
                self.fields[name].widget.attrs.pop("maxlength", None)  # the browser would cut without a word


class VisitorsCommentForm(CommentForm):
    """The same for somebody without an account, who says who they are."""

    name = forms.CharField(
        label=_("Your name"), max_length=80,
        error_messages={
            "required": _("Write your name, so that the clinic knows who says it."),
            "max_length": _("Make it shorter than %(limit_value)d characters."),
        },
    )  # fmt: skip
    field_order = ("name", "field", "text")

    def __init__(self, *args: Any, action: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_action = action  # in full: a part of the address would take the focus from errors
        self.helper.form_id = "comment-form"
        self.helper.attrs = {"novalidate": ""}
        self.helper.disable_csrf = True  # the token in the address is the key: see views.preview
        self.helper.layout = Layout(*self.field_order, Submit("send", _("Send the comment")))


class LinkForm(forms.Form):
    use_required_attribute = False

    for_whom = forms.CharField(
        label=_("For whom?"), max_length=PreviewLink._meta.get_field("for_whom").max_length,
        help_text=_("A name, so that you know later who has this link."),
        error_messages={
            "required": _("Write for whom the link is."),
            "max_length": _("Make it shorter than %(limit_value)d characters."),
        },
    )  # fmt: skip
    days = forms.IntegerField(
        label=_("For how many days?"), min_value=1, max_value=MOST_DAYS, initial=USUAL_DAYS,
        help_text=_("From 1 to 30. Then it opens nothing any more."),
        error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), HOW_LONG),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["for_whom"].widget.attrs.pop("maxlength", None)
