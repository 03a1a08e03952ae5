<?xml version="1.0"?><CHANNEL HREF="http://c.example/"><TITLE>Old channel</TITLE>
<ITEM HREF="http://c.example/a" LASTMOD="1998-10-05T10:00+01:00"><TITLE>First</TITLE><ABSTRACT>What it says</ABSTRACT></ITEM></CHANNEL>
