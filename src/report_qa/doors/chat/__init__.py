"""The chat: a conversation on the left, and on the right the very page or section that an answer quotes.

`server` starts it; `service` is what one server process holds for all its readers; `jobs` answers questions in the
background; `owner` tells browsers apart, `reader` is one of them; `routes` hands out page pictures and whole documents;
`desk` and `evidence_page` are the two pages; `answer_view`, `evidence_view` and `shelf_view` say what the `components`
(the .js files) show.

What documents, questions and models say reaches the browser as data that the components write with `textContent`, never
as markup: nothing in it can add an element to the page.
"""
