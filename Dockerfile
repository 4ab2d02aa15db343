# One image for every process of the desk; the command says which.
FROM python:3.11.14-slim-bookworm
RUN useradd --system --create-home --uid 10001 desk && install -d -o desk /keys
WORKDIR /desk
COPY requirements.prod.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.prod.lock
COPY pyproject.toml README.md ./
COPY complaints complaints
COPY policies policies
COPY plumbing plumbing
COPY records records
COPY activities activities
COPY workflows workflows
COPY api api
COPY worker.py desk.py desk_calendar.py desk_deputy.py desk_digest.py desk_due.py desk_handbook.py desk_policy.py ./
COPY desk_record.py company.py NOTICE ./
RUN pip install --no-cache-dir --no-deps --no-build-isolation .
USER desk
ENTRYPOINT ["desk"]
CMD ["api"]
