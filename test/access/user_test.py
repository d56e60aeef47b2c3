#!/usr/bin/env python3
"""`masa user` as somebody at the machine uses it: the real program on a real store."""
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
import unittest

MASA = sys.argv[1]
LINK = re.compile(r'^http://localhost:8080/claim#[\w-]{43}\n$')


class Users(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = os.path.join(self.folder.name, 'a.db')

    def tearDown(self):
        self.folder.cleanup()

    def masa(self, *words, code=0):
        run = subprocess.run([MASA, 'user', *words, '--db', self.db], capture_output=True, text=True)
        self.assertEqual(run.returncode, code, run.stderr)
        return run.stdout if code == 0 else run.stderr

    def rows(self, sql):
        connection = sqlite3.connect(self.db)
        rows = connection.execute(sql).fetchall()
        connection.close()
        return rows

    def test_somebody_new_gets_a_link_that_the_store_does_not_know(self):
        link = self.masa('add', 'Admin@Example.com', '--roles', 'admin, sales', '--name', 'Admin', '--lang', 'he')
        self.assertRegex(link, LINK)
        token = link.strip().split('#')[1].encode()
        for name in os.listdir(self.folder.name):
            with open(os.path.join(self.folder.name, name), 'rb') as file:
                self.assertNotIn(token, file.read())
        self.assertEqual(self.rows('SELECT email, name, language, roles, active, password FROM user'),
                         [('admin@example.com', 'Admin', 'he', 'sales,admin', 1, None)])
        listed = self.masa('list')
        self.assertRegex(listed, r'^ +1  invited +never +admin@example\.com  sales,admin  Admin\n$')

    def test_roles_and_disabling_are_told_in_the_trail(self):
        self.masa('add', 'sales@example.com', '--roles', 'sales')
        self.masa('role', 'SALES@example.com', '--roles', 'product')
        self.masa('disable', 'sales@example.com')
        self.assertIn('disabled', self.masa('list'))
        self.assertIn('not active', self.masa('link', 'sales@example.com', code=1))
        self.masa('enable', 'sales@example.com')
        self.assertRegex(self.masa('link', 'sales@example.com'), LINK)
        trail = self.rows('SELECT actor, action, outcome, object FROM audit ORDER BY id')
        self.assertEqual(trail, [('command', action, 'done', 'user:1') for action in
                                 ('user.add', 'link.invitation', 'user.change', 'user.change', 'user.change',
                                  'link.invitation')])

    def test_mistakes_are_told(self):
        self.assertIn('no such store', self.masa('list', code=1))
        self.masa('add', 'sales@example.com', '--roles', 'sales')
        for words, code, told in ((('add', 'sales@example.com', '--roles', 'sales'), 1, 'a user already'),
                                  (('add', 'nobody', '--roles', 'sales'), 2, 'no e-mail address'),
                                  (('add', 'b@example.com', '--roles', 'boss'), 2, 'no role boss'),
                                  (('add', 'b@example.com'), 2, 'which roles'),
                                  (('add', '--roles', 'sales'), 2, 'which user'),
                                  (('link', 'b@example.com'), 1, 'there is no user'),
                                  (('rename', 'b@example.com'), 2, 'what?'), ((), 2, 'what?')):
            self.assertIn(told, self.masa(*words, code=code))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
