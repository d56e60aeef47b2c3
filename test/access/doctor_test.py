#!/usr/bin/env python3
"""`masa doctor` on stores that are whole, and on such as somebody laid hands on."""
import os
import sqlite3
import subprocess
import sys
import tempfile
import unittest

MASA = sys.argv[1]


class Doctor(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.db = os.path.join(self.folder.name, 'a.db')
        for email, roles in (('admin@example.com', 'admin'), ('sales@example.com', 'sales')):
            subprocess.run([MASA, 'user', 'add', email, '--roles', roles, '--db', self.db], check=True,
                           capture_output=True)
        self.change("UPDATE user SET password = 'x' WHERE id = 1")

    def tearDown(self):
        self.folder.cleanup()

    def change(self, *statements):
        connection = sqlite3.connect(self.db)
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.close()

    def doctor(self, code):
        run = subprocess.run([MASA, 'doctor', '--db', self.db], capture_output=True, text=True)
        self.assertEqual(run.returncode, code, run.stdout + run.stderr)
        return run.stdout + run.stderr

    def test_a_whole_store_is_whole(self):
        said = self.doctor(0)
        self.assertNotIn('problem', said)
        self.assertRegex(said, r'ok +file: whole')
        self.assertRegex(said, r'ok +people: 2, of whom 1 can sign in')
        self.assertRegex(said, r'ok +audit trail: 4 entries.* the last is [0-9a-f]{64}\n')
        self.assertEqual(said, self.doctor(0))

    def test_a_changed_trail_is_told(self):
        self.change('DROP TRIGGER audit_is_not_changed', "UPDATE audit SET actor = 'user:9' WHERE id = 3")
        self.assertRegex(self.doctor(1), r'problem +audit trail: entry 3')

    def test_a_shortened_trail_is_told(self):
        self.change('DROP TRIGGER audit_stays', 'DELETE FROM audit WHERE id = 4')
        self.assertRegex(self.doctor(1), r'problem +audit trail: entry 4: is missing')

    def test_nobody_who_can_manage_people_is_told_with_the_remedy(self):
        self.change('UPDATE user SET password = NULL')
        self.assertRegex(self.doctor(1), r'problem +people: .*masa user link')

    def test_rows_that_name_nobody_are_told(self):
        self.change('PRAGMA foreign_keys = 0', "INSERT INTO session VALUES (9, x'01', 99, 0, 0, 0, '', '')")
        self.assertRegex(self.doctor(1), r'problem +references: 1 rows of session')

    def test_a_damaged_file_is_told(self):
        self.change('PRAGMA wal_checkpoint(TRUNCATE)')
        size = os.path.getsize(self.db)
        with open(self.db, 'r+b') as file:
            for at in range(16384 * 2, size, 16384):
                file.seek(at)
                file.write(b'\xff' * 200)
        self.assertRegex(self.doctor(1), 'problem|damaged|no masa store')

    def test_what_is_no_store_is_told(self):
        os.remove(self.db)
        self.assertIn('no such store', self.doctor(1))


if __name__ == '__main__':
    unittest.main(argv=sys.argv[:1])
