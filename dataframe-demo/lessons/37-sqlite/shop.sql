CREATE TABLE article (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    price REAL,
    stock INTEGER
);
INSERT INTO article VALUES
    (1, 'nut', 0.05, 1200),
    (2, 'bolt', 0.1, NULL),
    (3, 'saw', 24.9, 7),
    (4, 'glue', NULL, 31);
CREATE TABLE sale (article INTEGER REFERENCES article, count INTEGER, day TEXT);
INSERT INTO sale VALUES
    (1, 100, '2024-05-01'),
    (3, 1, '2024-05-01'),
    (1, 250, '2024-05-02'),
    (4, 2, '2024-05-03');
