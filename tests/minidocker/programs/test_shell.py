import pytest
from shell_lab import output, run, status

from tracer.minidocker.programs.shell_syntax import ShellSyntaxError, parse


def test_commands_run_one_after_the_other() -> None:
    assert output("echo a; echo b\necho c") == "a\nb\nc\n"


def test_and_goes_on_after_success_and_or_after_failure() -> None:
    assert output("true && echo a; false && echo b") == "a\n"
    assert output("true || echo a; false || echo b") == "b\n"
    assert output("false && echo a || echo b") == "b\n"


def test_an_exclamation_mark_turns_the_status_around() -> None:
    assert status("! false") == 0
    assert status("! true") == 1


def test_a_pipe_joins_output_and_input() -> None:
    assert output("echo one two | cat | wc") == "1 2 8\n"


def test_the_status_of_a_pipeline_is_that_of_its_last_command() -> None:
    assert status("false | true") == 0
    assert status("true | false") == 1


def test_output_goes_to_a_file_anew_or_behind_what_is_there() -> None:
    assert output("echo a > /tmp/f; echo b > /tmp/f; echo c >> /tmp/f; cat /tmp/f") == "b\nc\n"


def test_input_comes_from_a_file() -> None:
    assert output("echo a b > /tmp/f; wc < /tmp/f") == "1 2 4\n"


def test_errors_go_to_a_file_alone_or_with_the_output() -> None:
    assert output("cat /nope 2> /tmp/f; cat < /tmp/f") == "cat: /nope: ENOENT\n"
    assert output("cat /nope > /tmp/f 2>&1; cat < /tmp/f") == "cat: /nope: ENOENT\n"


def test_a_number_before_a_space_is_no_descriptor() -> None:
    assert output("echo 1 > /tmp/f; cat /tmp/f") == "1\n"


def test_a_file_that_cannot_be_opened_stops_the_command() -> None:
    ran = run("echo a > /nope/f")

    assert (ran.output, ran.status) == ("sh: /nope/f: ENOENT\n", 1)


def test_variables_are_set_and_seen() -> None:
    assert output('A=1; B="$A 2"; echo $A ${B}3') == "1 1 23\n"


def test_a_variable_without_quotes_falls_apart_and_with_quotes_stays_whole() -> None:
    assert output("A='a  b'; echo $A; echo \"$A\"") == "a b\na  b\n"


def test_an_empty_variable_is_no_argument_unless_quoted() -> None:
    assert output('for x in $A "$A"; do echo "<$x>"; done') == "<>\n"


def test_single_quotes_keep_everything() -> None:
    assert output("echo '$A \"b\" ; c'") == '$A "b" ; c\n'


def test_a_backslash_keeps_one_character() -> None:
    assert output(r"echo a\;b \$A" + r' "\$A"') == "a;b $A $A\n"


def test_words_in_quotes_and_without_are_joined() -> None:
    assert output("""echo a'b'"c"d""") == "abcd\n"


def test_children_see_only_what_is_exported() -> None:
    assert output("A=1; B=2; export B; export C=3; env") == "B=2\nC=3\nHOME=/tmp\n"


def test_an_assignment_before_a_command_is_for_it_alone() -> None:
    assert output("A=1 env; echo [$A]") == "A=1\nHOME=/tmp\n[]\n"


def test_the_last_status_has_a_name() -> None:
    assert output("false; echo $?; true; echo $?") == "1\n0\n"


def test_arguments_have_numbers() -> None:
    assert run('echo $1-$2; for x in "$@"; do echo $x; done', None, "a", "b c").output == (
        "a-b c\na\nb c\n"
    )


def test_exit_ends_the_shell() -> None:
    ran = run("echo a; exit 3; echo b")

    assert (ran.output, ran.status) == ("a\n", 3)
    assert status("false; exit") == 1


def test_cd_changes_the_directory_for_what_follows() -> None:
    assert output("cd /proc; pwd; cd; pwd") == "/proc\n/tmp\n"
    assert run("cd /nope").output == "sh: cd: /nope: ENOENT\n"


def test_for_takes_each_word() -> None:
    assert output("for x in a 'b c'; do echo $x; done; echo $x") == "a\nb c\nb c\n"


def test_while_goes_on_as_long_as_its_condition_holds() -> None:
    script = "touch /tmp/f; while cat /tmp/f; do echo round; rm /tmp/f; done"

    assert output(script) == "round\ncat: /tmp/f: ENOENT\n"


def test_if_chooses() -> None:
    assert output("if true; then echo a; else echo b; fi") == "a\n"
    assert output("if false; then echo a; else echo b; fi") == "b\n"
    assert status("if false; then echo a; fi") == 0


def test_words_of_the_language_are_words_elsewhere() -> None:
    assert output("echo for if") == "for if\n"


def test_a_comment_is_not_run() -> None:
    assert output("echo a # echo b\n# echo c\necho d#e") == "a\nd#e\n"


def test_the_shell_does_not_wait_for_the_background_until_told() -> None:
    assert output("echo a & wait; echo b") == "a\nb\n"


def test_the_background_has_a_pid_to_wait_for() -> None:
    assert output("sh -c 'exit 4' & wait $!; echo $?") == "4\n"


def test_a_program_that_is_not_there_is_127() -> None:
    ran = run("nope")

    assert (ran.output, ran.status) == ("sh: nope: not found\n", 127)


def test_a_program_is_found_by_its_path_or_along_path() -> None:
    assert output("/bin/echo a; PATH=/tmp; echo b") == "a\nsh: echo: not found\n"


def test_a_directory_is_not_executable() -> None:
    assert status("/tmp") == 126


def test_a_file_that_is_no_program_is_a_script() -> None:
    script = "echo 'echo hi $1' > /tmp/f; "

    assert output(script + "chmod 755 /tmp/f; /tmp/f you") == "hi you\n"
    assert output(script + "sh /tmp/f me") == "hi me\n"
    assert status(script + "/tmp/f you") == 126


def test_a_script_comes_over_standard_input() -> None:
    assert output("echo 'echo a' | sh") == "a\n"


def test_exec_takes_the_place_of_the_shell() -> None:
    assert output("exec echo a; echo b") == "a\n"


def test_a_child_of_the_shell_cannot_change_it() -> None:
    assert output("A=1; cd /tmp | A=2; pwd; echo $A") == "/\n1\n"


@pytest.mark.parametrize(
    "text", ["echo 'a", "; echo", "a &&", "a |", "for x in a; echo", "(a)", "if a; fi", "a >", "fi"]
)
def test_what_is_not_understood_is_a_syntax_error(text: str) -> None:
    with pytest.raises(ShellSyntaxError):
        parse(text)


def test_a_syntax_error_ends_the_shell_with_2() -> None:
    ran = run("echo a; echo 'b")

    assert ran.status == 2
    assert ran.output.startswith("sh: syntax error: ")


def test_trap_runs_a_script_when_a_signal_comes() -> None:
    script = "trap 'echo caught' TERM USR1; kill $$; kill -USR1 $$; sleep 1; echo on"

    assert output(script) == "caught\ncaught\non\n"
    assert output("trap x NOPE; trap x") == (
        "sh: trap: NOPE: bad signal\nsh: trap: usage: trap SCRIPT SIGNAL...\n"
    )
