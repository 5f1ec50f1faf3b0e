# Find a Python that is new enough, and let environment.py do the rest. Called by bin/serve and bin/test
# from the top folder: environment.sh REQUIREMENTS ARGUMENTS-OF-PYTHON...

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'

if [ -n "${PYTHON:-}" ]; then
  if ! "$PYTHON" -c "$new_enough" 2>/dev/null; then
    echo "PYTHON is set to $PYTHON, which is no Python 3.11 or newer: name another, or unset PYTHON." >&2
    exit 1
  fi
  exec "$PYTHON" -I bin/environment.py "$@"
fi

# Once installed, the site's own Python is the one to use, whatever the machine has besides.
for python in .venv/bin/python python3 python3.14 python3.13 python3.12 python3.11; do
  if "$python" -c "$new_enough" 2>/dev/null; then
    exec "$python" -I bin/environment.py "$@"
  fi
done

found=$(python3 -c 'import sys; print("only Python %d.%d is here" % sys.version_info[:2])' 2>/dev/null) ||
  found="no Python is here"
echo "SpasmGuide needs Python 3.11 or newer and $found: install a newer one, or name it like this: PYTHON=/path/to/python3.11 bin/serve" >&2
exit 1
