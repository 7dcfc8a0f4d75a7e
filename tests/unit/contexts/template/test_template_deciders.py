"""The rules of templates, names, renderings and selections, told as stories."""

import msgspec
import pytest
from decider_scenarios import given

from skafu.contexts.template.domain import commands as c
from skafu.contexts.template.domain import events as e
from skafu.contexts.template.domain import rendering, selection, template, template_name
from skafu.contexts.template.domain.template import (
    MOST_VERSIONS,
    NoTemplate,
    NoTemplateVersion,
    TemplateIsDeleted,
    TemplateNotUsable,
    TooManyVersions,
)
from skafu.contexts.template.domain.template_name import TemplateNameTaken

UPLOAD = c.UploadTemplate("t", "shop", "blob1", 3, 100)
UPLOADED = e.TemplateUploaded("t", "shop", 1, "blob1", 3, 100)
SECOND = e.TemplateUploaded("t", "shop", 2, "blob2", 3, 100)
FINDING = e.TemplateFinding("broken", "error", "message")
VALID = e.TemplateValidated("t", 1, "copier", (), ())
INVALID = e.TemplateInvalidated("t", 1, (FINDING,))
ASK = c.RequestFetch("t", "f", "shop", "https://github.com/a/b", "v1")
ASKED = e.TemplateFetchRequested("t", "f", "shop", "https://github.com/a/b", "v1")
DELETED = e.TemplateDeleted("t", "shop", "old")


class TestVersions:
    def test_the_first_upload_makes_version_1_and_the_same_files_make_no_other(self) -> None:
        given(template).when(UPLOAD).then(UPLOADED)
        given(template, UPLOADED).when(UPLOAD).then()

    def test_other_files_make_the_next_version_under_the_name_of_the_template(self) -> None:
        other = msgspec.structs.replace(UPLOAD, content="blob2", name="ignored")
        given(template, UPLOADED).when(other).then(SECOND)

    def test_going_back_to_older_files_is_a_version_too(self) -> None:
        given(template, UPLOADED, SECOND).when(UPLOAD).then(msgspec.structs.replace(UPLOADED, version=3))

    def test_there_is_an_end_of_versions(self) -> None:
        many = [msgspec.structs.replace(UPLOADED, version=at, content=str(at)) for at in range(1, MOST_VERSIONS + 1)]
        given(template, *many).when(UPLOAD).then_refused(TooManyVersions)

    def test_a_version_is_looked_into_once(self) -> None:
        validate = c.ValidateTemplate("t", 1, "copier", (), ())
        invalidate = c.InvalidateTemplate("t", 1, (FINDING,))
        given(template, UPLOADED).when(validate).then(VALID)
        given(template, UPLOADED).when(invalidate).then(INVALID)
        given(template, UPLOADED, VALID).when(invalidate).then()
        given(template, UPLOADED, INVALID).when(validate).then()
        given(template).when(validate).then_refused(NoTemplate)
        given(template, UPLOADED).when(msgspec.structs.replace(validate, version=2)).then_refused(NoTemplateVersion)

    def test_what_can_be_used_is_the_newest_that_is_valid(self) -> None:
        state = given(template, UPLOADED, VALID, SECOND, e.TemplateInvalidated("t", 2, (FINDING,))).state
        assert state.usable(0).uploaded == UPLOADED
        with pytest.raises(TemplateNotUsable, match="is invalid"):
            state.usable(2)
        with pytest.raises(TemplateNotUsable, match="not validated yet"):
            given(template, UPLOADED).state.usable(1)
        with pytest.raises(NoTemplateVersion, match="no version that can be used"):
            given(template, UPLOADED).state.usable(0)
        with pytest.raises(NoTemplateVersion, match="no version 3"):
            state.usable(3)
        with pytest.raises(TemplateIsDeleted):
            given(template, UPLOADED, VALID, DELETED).state.usable(1)


class TestFetches:
    def test_a_repository_is_asked_once(self) -> None:
        given(template).when(ASK).then(ASKED)
        given(template, ASKED).when(ASK).then()

    def test_its_files_become_a_version_and_end_the_fetch(self) -> None:
        upload = c.UploadTemplate("t", "shop", "blob1", 3, 100, "https://github.com/a/b", "abc", "f")
        version = e.TemplateUploaded("t", "shop", 1, "blob1", 3, 100, "https://github.com/a/b", "abc")
        given(template, ASKED).when(upload).then(version, e.TemplateFetched("t", "f", 1))
        given(template, ASKED, version, e.TemplateFetched("t", "f", 1)).when(upload).then()

    def test_the_same_files_again_end_the_fetch_with_the_version_that_is_there(self) -> None:
        upload = msgspec.structs.replace(UPLOAD, fetch_id="f")
        given(template, UPLOADED, ASKED).when(upload).then(e.TemplateFetched("t", "f", 1))

    def test_a_failure_ends_it_once(self) -> None:
        fail = c.FailFetch("t", "f", "NOT_FOUND", "none", "look")
        failed = e.TemplateFetchFailed("t", "f", "NOT_FOUND", "none", "look")
        given(template, ASKED).when(fail).then(failed)
        given(template, ASKED, failed).when(fail).then()
        given(template, UPLOADED).when(fail).then()


class TestTheEnd:
    def test_people_are_warned_and_told_of_the_successor(self) -> None:
        event = e.TemplateDeprecated("t", "old", "t2")
        given(template, UPLOADED).when(c.DeprecateTemplate("t", "old", "t2")).then(event)
        given(template, UPLOADED, event).when(c.DeprecateTemplate("t", "old", "t2")).then()
        given(template, UPLOADED, event).when(c.DeprecateTemplate("t", "older")).then(
            e.TemplateDeprecated("t", "older")
        )
        given(template).when(c.DeprecateTemplate("t", "old")).then_refused(NoTemplate)

    def test_what_is_deleted_takes_nothing_more(self) -> None:
        given(template, UPLOADED).when(c.DeleteTemplate("t", "old")).then(DELETED)
        given(template, UPLOADED, DELETED).when(c.DeleteTemplate("t", "old")).then()
        for command in (UPLOAD, ASK, c.DeprecateTemplate("t", "old")):
            given(template, UPLOADED, DELETED).when(command).then_refused(TemplateIsDeleted)

    def test_a_version_that_was_on_its_way_is_still_looked_into(self) -> None:
        given(template, UPLOADED, DELETED).when(c.ValidateTemplate("t", 1, "copier", (), ())).then(VALID)


def test_a_name_belongs_to_one_template_at_a_time() -> None:
    claimed, released = e.TemplateNameClaimed("shop", "t"), e.TemplateNameReleased("shop", "t")
    given(template_name).when(c.ClaimTemplateName("shop", "t")).then(claimed)
    given(template_name, claimed).when(c.ClaimTemplateName("shop", "t")).then()
    given(template_name, claimed).when(c.ClaimTemplateName("shop", "u")).then_refused(TemplateNameTaken, "already")
    given(template_name, claimed).when(c.ClaimTemplateName("shop", "u", "t")).then(e.TemplateNameClaimed("shop", "u"))
    given(template_name, claimed).when(c.ClaimTemplateName("shop", "u", "x")).then_refused(TemplateNameTaken)
    given(template_name, claimed).when(c.ReleaseTemplateName("shop", "t")).then(released)
    given(template_name, claimed).when(c.ReleaseTemplateName("shop", "u")).then()
    given(template_name, claimed, released).when(c.ClaimTemplateName("shop", "u")).then(
        e.TemplateNameClaimed("shop", "u")
    )


def test_a_rendering_is_on_record_once() -> None:
    command = c.RecordRendering("r", "t", 1, "digest", "blob", 2, 10, ("note",))
    event = e.TemplateRendered("r", "t", 1, "digest", "blob", 2, 10, ("note",))
    given(rendering).when(command).then(event)
    given(rendering, event).when(command).then()


class TestSelections:
    SELECT = c.SelectTemplate("p", "t", 0)
    REQUESTED = e.TemplateSelectionRequested("p", "t", 0)
    CONFIRM = c.ConfirmSelection("p", "t", 0, 2)
    SELECTED = e.TemplateSelected("p", "t", 2)
    REFUSE = c.RefuseSelection("p", "t", 0, "NO_TEMPLATE", "none", "look")
    REFUSED = e.TemplateSelectionRefused("p", "t", 0, "NO_TEMPLATE", "none", "look")

    def test_each_ends_selected_or_refused(self) -> None:
        given(selection).when(self.SELECT).then(self.REQUESTED)
        given(selection, self.REQUESTED).when(self.SELECT).then()
        given(selection, self.REQUESTED).when(self.CONFIRM).then(self.SELECTED)
        given(selection, self.REQUESTED).when(self.REFUSE).then(self.REFUSED)
        given(selection, self.REQUESTED, self.SELECTED).when(self.REFUSE).then()
        given(selection, self.REQUESTED, self.REFUSED).when(self.CONFIRM).then()

    def test_an_answer_to_what_nobody_asks_for_any_more_is_none(self) -> None:
        other = e.TemplateSelectionRequested("p", "u", 1)
        given(selection, self.REQUESTED, other).when(self.CONFIRM).then()

    def test_what_is_selected_is_not_asked_for_again_and_what_was_refused_is(self) -> None:
        exact = c.SelectTemplate("p", "t", 2)
        given(selection, self.REQUESTED, self.SELECTED).when(exact).then()
        given(selection, self.REQUESTED, self.REFUSED).when(self.SELECT).then(self.REQUESTED)

    def test_a_refusal_leaves_what_was_selected_before(self) -> None:
        state = given(selection, self.REQUESTED, self.SELECTED, e.TemplateSelectionRequested("p", "u", 1)).state
        assert (state.selected, state.wanted) == (("t", 2), ("u", 1))
