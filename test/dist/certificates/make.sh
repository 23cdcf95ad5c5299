#!/bin/sh
# Makes the certificates of the tests anew, with openssl 3. The keys of the authorities are not kept.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

authority() { # name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -subj "/CN=$1" -keyout "$work/$1.key" -out "$1.pem" 2>/dev/null
}
node() { # name authority subjectAltName start end
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" \
    -keyout "$1.key" -out "$work/$1.csr" 2>/dev/null
  : > "$work/index.txt"
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=%s\nserial=%s\nnew_certs_dir=%s\ndefault_md=sha256\npolicy=p\nrand_serial=yes\nx509_extensions=x\n[p]\ncommonName=supplied\n[x]\nsubjectAltName=%s\n' \
    "$work/index.txt" "$work/serial" "$work" "$3" > "$work/ca.cnf"
  openssl ca -batch -notext -config "$work/ca.cnf" -cert "$2.pem" -keyfile "$work/$2.key" \
    -startdate "$4" -enddate "$5" -in "$work/$1.csr" -out "$1.pem" 2>/dev/null
}

authority ca
authority otherCa
node node ca IP:127.0.0.1,DNS:localhost 20200101000000Z 21200101000000Z
node expired ca IP:127.0.0.1,DNS:localhost 20200101000000Z 20210101000000Z
node elsewhere ca DNS:elsewhere.example 20200101000000Z 21200101000000Z
node stranger otherCa IP:127.0.0.1,DNS:localhost 20200101000000Z 21200101000000Z
