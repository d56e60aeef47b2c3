#!/usr/bin/env python3
"""The manual names every command and every option that the program's help names, and no other."""
import re
import subprocess
import sys
import unittest

MASA, MANUAL = sys.argv[1:3]
OPTION = re.compile(r'--[a-z][a-z-]+')


def help_of(*command):
    run = subprocess.run([MASA, *command, '--help'], capture_output=True, text=True)
    return run.stdout + run.stderr


def commands():
    return re.findall(r'^  (\w+) ', help_of(), re.MULTILINE)


class Manual(unittest.TestCase):
    def setUp(self):
        with open(MANUAL, encoding='utf-8') as file:
            self.text = file.read()

    def test_every_command_is_there(self):
        self.assertGreater(len(commands()), 1)
        for command in commands():
            self.assertIn(f'\n*{command}*\n', self.text)
            self.assertIn(f'\n*masa* {command} ', self.text)

    def test_the_options_are_the_same(self):
        named = {option for command in commands() for option in OPTION.findall(help_of(command))}
        self.assertEqual(set(OPTION.findall(self.text)), named | {'--help', '--version'})


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
