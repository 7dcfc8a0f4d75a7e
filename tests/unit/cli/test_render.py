"""`skafu render`: sources, answers, previews, and what is refused."""

import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
from command_line import CommandLine

from skafu.workspace.folders import read_folder

QUESTIONS = """
name: {type: str, help: What is it called?}
port: {type: int, default: 80, validator: "{% if port < 1 %}too small{% endif %}"}
_skip_if_exists: [kept.txt]
_tasks: ["echo {{ name }}", {command: [make, x], when: "{{ port == 1 }}"}]
_message_before_copy: Hello
_message_after_copy: "Made {{ name }}"
"""
FILES = {
    "copier.yml": QUESTIONS,
    "{{ name }}.txt.jinja": "{{ name }} on {{ port }}\n",
    "kept.txt": "new",
    "{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers|to_nice_yaml }}",
}


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.delenv("COPIER_SETTINGS_PATH", raising=False)


@pytest.fixture
def template(tmp_path: Path) -> Path:
    folder = tmp_path / "template"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


def _git(folder: Path, *words: str) -> None:
    person = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", *person, *words], cwd=folder, check=True, capture_output=True)


def _files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_rendered_with_its_answers_file(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    ended = skafu("render", template, "--output", tmp_path / "out", "--data", "name=shop", "--defaults")
    assert (ended.code, ended.errors) == (0, "")
    answers = f"_src_path: {template}\nname: shop\nport: 80\n"
    assert _files(tmp_path / "out") == {
        "shop.txt": "shop on 80\n",
        "kept.txt": "new",
        ".copier-answers.yml": answers,
    }
    for words in ("Hello", "+ shop.txt", "3 files written", "not run: task echo shop", "Made shop"):
        assert words in ended.output
    assert "make" not in ended.output


def test_answers_of_files_and_of_the_command_line(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    (tmp_path / "a.yml").write_text("name: of file\nport: 1")
    arguments = ("--data-file", tmp_path / "a.yml", "--data", "name=b=c", "--defaults")
    ended = skafu("render", template, "--output", tmp_path / "out", *arguments)
    assert ended.code == 0
    assert (tmp_path / "out" / "b=c.txt").read_text() == "b=c on 1\n"
    assert "not run: task make x" in ended.output


def test_defaults_of_the_settings_go_before_those_of_the_template(
    template: Path, tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.yml").write_text("defaults: {name: mine, port: '{{ 40 + 2 }}'}")
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    assert skafu("render", template, "--output", tmp_path / "out", "--defaults").code == 0
    assert (tmp_path / "out" / "mine.txt").read_text() == "mine on 42\n"


def test_previews_write_nothing(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    arguments = ("render", template, "--output", tmp_path / "out", "--data", "name=shop", "--defaults")
    assert "+ shop.txt" in skafu(*arguments, "--dry-run").output
    assert "+shop on 80" in skafu(*arguments, "--diff").output
    assert not (tmp_path / "out").exists()


def test_files_that_are_there_stay(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "kept.txt").write_text("old")
    (out / "mine.txt").write_text("mine")
    arguments = ("render", template, "--output", out, "--data", "name=shop", "--defaults")
    ended = skafu(*arguments)
    assert (ended.code, (out / "kept.txt").read_text(), (out / "mine.txt").read_text()) == (0, "old", "mine")
    (out / "shop.txt").write_text("edited")
    refused = skafu(*arguments)
    assert (refused.code, (out / "shop.txt").read_text()) == (1, "edited")
    assert "--force" in refused.errors
    assert skafu(*arguments, "--force").code == 0
    assert (out / "shop.txt").read_text() == "shop on 80\n"


def test_repositories_are_read_at_their_latest_release(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    _git(template, "init", "-q")
    for version in ("v1.9", "v1.10", "v2.0rc1"):
        (template / "version.txt").write_text(version)
        _git(template, "add", "-A")
        _git(template, "commit", "-qm", version)
        _git(template, "tag", version)
    (template / "version.txt").write_text("draft")
    arguments = ("--data", "name=x", "--defaults")
    for source, at, expected in (
        (str(template), None, "v1.10"),
        (f"file://{template}", None, "v1.10"),
        (str(template), "v1.9", "v1.9"),
        (f"git+file://{template}", "HEAD", "v2.0rc1"),
        (str(template), "HEAD", "draft"),
    ):
        out = tmp_path / f"out-{expected}-{len(source)}"
        ended = skafu("render", source, "--output", out, *arguments, *(("--at", at) if at else ()))
        assert (ended.code, ended.errors) == (0, "")
        assert (out / "version.txt").read_text() == expected
        if expected != "draft":
            assert f"_commit: {expected}\n_src_path: {source}\n" in (out / ".copier-answers.yml").read_text()
    missing = skafu("render", template, "--output", tmp_path / "o", "--at", "v9", *arguments)
    assert (missing.code, "no tag, branch or commit v9" in missing.errors) == (2, True)


def test_zips_are_rendered(tmp_path: Path, skafu: CommandLine) -> None:
    packed = tmp_path / "t.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(f"top-1.0/{name}", text)
        link = zipfile.ZipInfo("top-1.0/run.sh")
        link.external_attr = 0o100755 << 16
        archive.writestr(link, "#!/bin/sh")
    assert skafu("render", packed, "--output", tmp_path / "out", "--data", "name=z", "--defaults").code == 0
    assert (tmp_path / "out" / "z.txt").read_text() == "z on 80\n"
    assert os.access(tmp_path / "out" / "run.sh", os.X_OK)


@pytest.mark.parametrize("name", ["../x", "/x", "a\\b", "a/b.", "C:/x", "A.txt"])
def test_zips_with_bad_names_are_refused(name: str, tmp_path: Path, skafu: CommandLine) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("a.txt", "")
        archive.writestr(name, "")
    assert skafu("render", tmp_path / "t.zip", "--output", tmp_path / "out", "--defaults").code == 2
    assert not (tmp_path / "out").exists()


def test_workflows_by_strangers_are_shown_and_their_bombs_refused(tmp_path: Path, skafu: CommandLine) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr(".github/workflows/ci.yml", "on: push")
        archive.writestr("README.md", "")
    ended = skafu("render", tmp_path / "t.zip", "--output", tmp_path / "out", "--defaults")
    assert ended.code == 0
    assert "GitHub runs .github/workflows/ci.yml" in ended.output
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w") as archive:
        archive.writestr("a.jinja", "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")
    ended = skafu("render", tmp_path / "bomb.zip", "--output", tmp_path / "no", "--defaults")
    assert ended.code == 2
    assert "a.jinja:1: the template takes more than" in ended.errors
    assert not (tmp_path / "no").exists()


def test_zip_bombs_are_refused(tmp_path: Path, skafu: CommandLine) -> None:
    with zipfile.ZipFile(tmp_path / "t.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"\0" * 1_900_000)
    assert skafu("render", tmp_path / "t.zip", "--output", tmp_path / "out", "--defaults").code == 1
    (tmp_path / "no.zip").write_text("no zip")
    assert skafu("render", tmp_path / "no.zip", "--output", tmp_path / "out", "--defaults").code == 2


def test_the_catalog_is_a_source(tmp_path: Path, skafu: CommandLine) -> None:
    ended = skafu("render", "system", "--output", tmp_path / "out", "--defaults")
    assert ended.code == 2
    assert "is required" in ended.errors


def test_a_folder_with_a_template_goes_before_a_name_of_the_catalog(
    tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("library").mkdir()
    assert skafu("render", "library", "--output", "shipped", "--defaults").code == 0
    Path("library", "copier.yml").write_text("name: own")
    Path("library", "{{ name }}.txt").write_text("")
    assert skafu("render", "library", "--output", "own", "--defaults").code == 0
    assert list(read_folder(Path("own"))) == ["own.txt"]
    assert "own.txt" not in read_folder(Path("shipped"))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--defaults"], "answer 'name': is required\n  fix: give one, such as --data name=..."),
        (["--data", "name"], "is no answer"),
        ([], "there is no terminal to ask on"),
        (["--data", "name=x", "--data", "port=0", "--defaults"], "too small"),
        (["--data", "name=x", "--data", "port=a", "--defaults"], "invalid literal"),
        (["--data-file", "/nowhere.yml"], "there is no file"),
        (["--at", "v1", "--defaults"], "is no git repository"),
        (["--directory", "nowhere", "--defaults"], "there are no files in"),
    ],
)
def test_what_is_wrong_is_said(
    arguments: list[str], words: str, template: Path, tmp_path: Path, skafu: CommandLine
) -> None:
    ended = skafu("render", template, "--output", tmp_path / "out", *arguments)
    assert (ended.code, words in ended.errors) == (2, True), ended.errors
    assert not (tmp_path / "out").exists()


def test_unknown_sources_are_refused(tmp_path: Path, skafu: CommandLine) -> None:
    assert "system" in skafu("render", "nowhere", "--output", tmp_path / "out").errors
    missing = skafu("render", f"file://{tmp_path}/none.git", "--output", tmp_path / "out")
    assert (missing.code, "git can't read" in missing.errors) == (2, True)


def test_replay_files_are_answers(tmp_path: Path) -> None:
    from skafu.entrypoints.cli.render.answers import given_answers

    replay = {"cookiecutter": {"name": "x", "_template": "t"}, "_cookiecutter": {"name": "y"}}
    (tmp_path / "replay.json").write_text(json.dumps(replay))
    assert given_answers([], [tmp_path / "replay.json"]) == {"name": "x"}


def test_cookiecutter_templates_are_rendered(tmp_path: Path, skafu: CommandLine) -> None:
    template = tmp_path / "cookie"
    (template / "{{cookiecutter.name}}").mkdir(parents=True)
    (template / "hooks").mkdir()
    (template / "cookiecutter.json").write_text('{"name": "shop", "kind": ["a", "b"]}')
    (template / "{{cookiecutter.name}}" / "x.txt").write_text("{{ cookiecutter.kind }}")
    (template / "hooks" / "post_gen_project.sh").write_text("rm x.txt")
    ended = skafu("render", template, "--output", tmp_path / "out", "--data", "kind=b", "--defaults")
    assert (ended.code, ended.errors) == (0, "")
    assert _files(tmp_path / "out") == {"shop/x.txt": "b"}
    assert "not run: post_gen_project hooks/post_gen_project.sh" in ended.output
    wrong = skafu("render", template, "--output", tmp_path / "out2", "--data", "kind=c", "--defaults")
    assert (wrong.code, "answer 'kind': 'c' is not in ['a', 'b']" in wrong.errors) == (2, True)
    copied = skafu("render", template, "--output", tmp_path / "out3", "--format", "copier", "--defaults")
    assert (copied.code, "'cookiecutter' is undefined" in copied.errors) == (2, True)


def test_tasks_run_only_when_trusted(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    (template / "copier.yml").write_text(
        "name: x\n_tasks: ['echo {{ name }} $STAGE > made.txt', {command: [touch, '{{ name }}'], working_directory: d}]"
    )
    (template / "d").mkdir()
    (template / "d" / "f").write_text("")
    assert skafu("render", template, "--output", tmp_path / "no", "--defaults").code == 0
    assert not (tmp_path / "no" / "made.txt").exists()
    assert skafu("render", template, "--output", tmp_path / "yes", "--defaults", "--trust").code == 0
    assert (tmp_path / "yes" / "made.txt").read_text() == "x task\n"
    assert (tmp_path / "yes" / "d" / "x").exists()
    (template / "copier.yml").write_text("name: x\n_tasks: ['exit 3']")
    failed = skafu("render", template, "--output", tmp_path / "failed", "--defaults", "--trust")
    assert (failed.code, "failed with exit code 3" in failed.errors) == (1, True)
    assert not (tmp_path / "failed").exists()


def test_tasks_run_when_the_settings_of_copier_trust_the_address(
    template: Path, tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    (template / "copier.yml").write_text("_tasks: ['touch made.txt']")
    for number, (trust, runs) in enumerate(
        {f"{tmp_path}/": True, str(template): True, str(tmp_path): False, f"{template}/": False}.items()
    ):
        (tmp_path / "settings.yml").write_text(f"trust: [gh:ours/, '{trust}']")
        out = tmp_path / f"out-{number}"
        ended = skafu("render", template, "--output", out, "--defaults")
        assert (ended.code, (out / "made.txt").exists(), "is trusted by" in ended.output) == (0, runs, runs), trust


def test_settings_of_copier_trust_no_zip_and_no_hooks_of_cookiecutter(
    tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    (tmp_path / "settings.yml").write_text(f"trust: ['{tmp_path}/']")
    with zipfile.ZipFile(tmp_path / "t.zip", "w") as archive:
        archive.writestr("copier.yml", "_tasks: ['touch made.txt']")
    assert "not run: task touch" in skafu("render", tmp_path / "t.zip", "--output", tmp_path / "a", "--defaults").output
    template = tmp_path / "cookie"
    for path, text in {
        "cookiecutter.json": '{"name": "shop"}',
        "{{cookiecutter.name}}/a": "",
        "hooks/post_gen_project.sh": "touch x",
    }.items():
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_text(text)
    ended = skafu("render", template, "--output", tmp_path / "b", "--defaults")
    assert "not run: post_gen_project hooks/post_gen_project.sh" in ended.output


@pytest.mark.parametrize("trust", ["gh:ours/", "[1]", ""])
def test_settings_of_copier_that_make_no_sense_are_refused(
    trust: str, template: Path, tmp_path: Path, skafu: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COPIER_SETTINGS_PATH", str(tmp_path / "settings.yml"))
    (tmp_path / "settings.yml").write_text(f"trust: {trust}")
    ended = skafu("render", template, "--output", tmp_path / "out", "--data", "name=x", "--defaults")
    assert (ended.code, "is no list of addresses" in ended.errors) == (2, True)


def test_hooks_run_only_when_trusted(tmp_path: Path, skafu: CommandLine) -> None:
    template = tmp_path / "cookie"
    (template / "{{cookiecutter.name}}").mkdir(parents=True)
    (template / "hooks").mkdir()
    (template / "cookiecutter.json").write_text('{"name": "shop"}')
    (template / "{{cookiecutter.name}}" / "x.txt").write_text("{{ cookiecutter.name }}")
    made = "open('made-{{ cookiecutter.name }}', 'w').close()"
    (template / "hooks" / "post_gen_project.py").write_text(f"import os\nos.remove('x.txt')\n{made}")
    (template / "hooks" / "pre_prompt.py").write_text("open('cookiecutter.json', 'w').write('{\"name\": \"asked\"}')")
    arguments = ("render", template, "--defaults", "--output")
    assert skafu(*arguments, tmp_path / "no").code == 0
    assert set(_files(tmp_path / "no")) == {"shop/x.txt"}
    assert skafu(*arguments, tmp_path / "yes", "--trust").code == 0
    assert set(_files(tmp_path / "yes")) == {"asked/made-asked"}
    (template / "hooks" / "pre_gen_project.sh").write_text("#!/bin/sh\nexit 4")
    failed = skafu(*arguments, tmp_path / "failed", "--trust")
    assert (failed.code, "exit code 4" in failed.errors, (tmp_path / "failed").exists()) == (1, True, False)


def test_tasks_and_hooks_find_the_files_of_their_template(template: Path, tmp_path: Path, skafu: CommandLine) -> None:
    read = "cat {{ _copier_conf.src_path }}/data/extra.txt > made.txt"
    for path, text in {
        "copier.yml": f"name: x\n_subdirectory: copied\n_tasks: ['{read}']\n",
        "copied/a": "",
        "data/extra.txt": "extra",
        "cookiecutter.json": '{"name": "shop"}',
        "{{cookiecutter.name}}/a": "",
        "hooks/post_gen_project.sh": '#!/bin/sh\ncat "{{ cookiecutter._repo_dir }}/data/extra.txt" > made.txt\n',
    }.items():
        (template / path).parent.mkdir(parents=True, exist_ok=True)
        (template / path).write_text(text)
    packed = tmp_path / "t.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in _files(template).items():
            archive.writestr(path, text)
    _git(template, "init", "-q")
    _git(template, "add", "-A")
    _git(template, "commit", "-qm", "first")
    for source in (str(template), f"git+file://{template}", str(packed)):
        for kind, made in (("copier", "made.txt"), ("cookiecutter", "shop/made.txt")):
            out = tmp_path / f"out-{kind}-{len(source)}"
            ended = skafu("render", source, "--output", out, "--format", kind, "--defaults", "--trust")
            assert (ended.code, ended.errors) == (0, "")
            assert (out / made).read_text() == "extra"
